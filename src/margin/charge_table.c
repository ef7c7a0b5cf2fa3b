/* The tables of component kinds: what each computes, its parameters, its name. */
#include "margin/charge.h"

#include <assert.h>

#define CHARGE_ROW(constant, name, record) [HPM_COMPONENT_##constant] = &hpm_charge_##name,
#define RECORD_ROW(constant, name, record) [HPM_COMPONENT_##constant] = (record),
#define NAME_ROW(constant, name, record)   [HPM_COMPONENT_##constant] = #name,

const hpm_charge_kind *const hpm_charge_kinds[HPM_COMPONENT_KINDS] = {
    HPM_COMPONENT_LIST(CHARGE_ROW)};

const hpm_record *const hpm_component_records[HPM_COMPONENT_KINDS] = {
    HPM_COMPONENT_LIST(RECORD_ROW)};

const char *const hpm_component_names[HPM_COMPONENT_KINDS + 1] = {HPM_COMPONENT_LIST(NAME_ROW)};

int hpm_always(const hpm_component *component)
{
    (void)component;
    return 1;
}

int hpm_component_reads_positions(const hpm_component *component)
{
    const hpm_charge_kind *kind = hpm_charge_kinds[component->kind];
    return kind->reads_positions && kind->reads_positions(component);
}

uint32_t hpm_component_reads(const hpm_component *component)
{
    const hpm_charge_kind *kind = hpm_charge_kinds[component->kind];
    return kind->reads | (kind->reads_with ? kind->reads_with(component) : 0);
}

unsigned hpm_component_breaks(const hpm_rulebook *rulebook, uint32_t index)
{
    assert(index < rulebook->components.count);
    return rulebook->breaks[index];
}
