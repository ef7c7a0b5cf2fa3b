/* Checks of a rulebook that are more than the range of one field. */
#include "rulebook_check.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/real_text.h"

/* ---- What it says of itself --------------------------------------------------------------- */

/* The end of a text is among the bytes that strchr finds. */
static int may_go_on(char after)
{
    return strchr(";:,", after) != NULL;
}

/* The text after "exact, N case" or "exact, N cases", NULL if it does not begin so. */
static const char *after_exact(const char *text)
{
    static const char exact[] = "exact, ";
    if (strncmp(text, exact, sizeof exact - 1) != 0) return NULL;
    text += sizeof exact - 1;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || text[0] == '0' || strncmp(text + digits, " case", 5) != 0) return NULL;
    text += digits + 5;
    return *text == 's' ? text + 1 : text;
}

/* Whether it begins with these words and goes on with others or, if it may, with nothing. */
static int begins(const char *text, const char *words, int may_end)
{
    size_t length = strlen(words);
    if (strncmp(text, words, length) != 0) return 0;
    return may_end ? may_go_on(text[length]) : text[length] != '\0';
}

static int is_coverage(const char *text)
{
    const char *rest = after_exact(text);
    return (rest && may_go_on(*rest)) || begins(text, "published formula, no case", 1) ||
           begins(text, "partial: ", 0) || begins(text, "own method: ", 0);
}

hpm_status hpm_rulebook_check_statement(const hpm_rulebook *rulebook, hpm_error *error)
{
    const char *effective = rulebook->effective;
    if (effective[0] != '\0' &&
        (strlen(effective) != HPM_DATE_LENGTH || !hpm_date_is_period(effective)))
        return hpm_fail(error, HPM_E_RANGE, "effective", "not a date like 2024-06-17 (%s)",
                        effective);
    if (is_coverage(rulebook->coverage)) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, "coverage",
                    "does not begin with \"exact, N cases\", \"published formula, no case\", "
                    "\"partial: WHAT\" or \"own method: WHAT\" (%.40s)",
                    rulebook->coverage);
}

/* ---- Factors ------------------------------------------------------------------------------ */

/* How much of each component a requirement is. */
typedef struct weights {
    double of[HPM_COMPONENTS_MAX];
    int is_reached[HPM_COMPONENTS_MAX];
    uint32_t
        factor[HPM_COMPONENTS_MAX]; /* the last multiple on the way, HPM_NONE if there is none */
} weights;

static void reach(weights *to, uint32_t input, double weight, uint32_t factor)
{
    to->of[input] += weight;
    to->is_reached[input] = 1;
    if (to->factor[input] == HPM_NONE) to->factor[input] = factor;
}

/* Whether the component is the sum of its inputs. */
static int is_sum(const hpm_component *component)
{
    int is_choice =
        component->kind == HPM_COMPONENT_MAXIMUM || component->kind == HPM_COMPONENT_MINIMUM;
    return component->kind == HPM_COMPONENT_SUM ||
           (is_choice && component->rule.combine.of.count == 1);
}

/* From a requirement down: a component reads only earlier ones. */
static void weigh(weights *out, const hpm_rulebook *rulebook, uint32_t root)
{
    const hpm_component *components = rulebook->components.items;
    *out = (weights){.is_reached = {0}};
    for (uint32_t i = 0; i < HPM_COMPONENTS_MAX; i++)
        out->factor[i] = HPM_NONE;
    reach(out, root, 1, HPM_NONE);
    for (uint32_t i = root + 1; i-- > 0;) {
        const hpm_component *component = &components[i];
        if (!out->is_reached[i]) continue;
        if (component->kind == HPM_COMPONENT_SCALE)
            reach(out, component->rule.scale.input, out->of[i] * component->rule.scale.factor, i);
        for (uint32_t k = 0; is_sum(component) && k < component->rule.combine.of.count; k++)
            reach(out, component->rule.combine.inputs[k], out->of[i], out->factor[i]);
    }
}

/* The range that the other factors leave to the one that is to blame: of the initial requirement,
 * or where it has none, of the maintenance requirement. */
static void allowed(char text[64], double factor, double initial, double maintenance,
                    int is_initial)
{
    char bound[HPM_REAL_TEXT];
    hpm_real_format(bound,
                    is_initial ? factor * maintenance / initial : factor * initial / maintenance);
    if (!is_initial)
        snprintf(text, 64, "0 to %s", bound);
    else
        snprintf(text, 64, "%s to 100", initial > 0 ? bound : "above 0");
}

static hpm_status fail_factor(const hpm_rulebook *rulebook, uint32_t component,
                              const weights *initial, const weights *maintenance, hpm_error *error)
{
    const hpm_component *components = rulebook->components.items;
    const char *name = components[component].name;
    double low = initial->of[component], high = maintenance->of[component];
    char where[64], range[64], given[HPM_REAL_TEXT], below[HPM_REAL_TEXT], above[HPM_REAL_TEXT];
    int is_initial = initial->factor[component] != HPM_NONE;
    uint32_t blamed = (is_initial ? initial : maintenance)->factor[component];
    hpm_real_format(below, low);
    hpm_real_format(above, high);
    if (blamed == HPM_NONE)
        return hpm_fail(error, HPM_E_RANGE, "maintenance",
                        "%s weighs %s in the initial margin and %s in this one (%s)", name, below,
                        above, rulebook->maintenance);
    double factor = components[blamed].rule.scale.factor;
    allowed(range, factor, low, high, is_initial);
    hpm_real_format(given, factor);
    snprintf(where, sizeof where, "components[%u].factor", blamed);
    return hpm_fail(error, HPM_E_RANGE, where,
                    "%s then weighs %s in the initial and %s in the maintenance margin; allowed: "
                    "%s (%s)",
                    name, below, above, range, given);
}

hpm_status hpm_rulebook_check_factors(const hpm_rulebook *rulebook, hpm_error *error)
{
    weights initial, maintenance;
    weigh(&initial, rulebook, rulebook->initial_index);
    weigh(&maintenance, rulebook, rulebook->maintenance_index);
    for (uint32_t i = 0; i < rulebook->components.count; i++) {
        if (!initial.is_reached[i] || !maintenance.is_reached[i]) continue;
        /* Products of factors that are equal on paper need not be to the last bit. */
        if (initial.of[i] < maintenance.of[i] * (1 - 1e-12))
            return fail_factor(rulebook, i, &initial, &maintenance, error);
    }
    return HPM_OK;
}

/* ---- Parts -------------------------------------------------------------------------------- */

/* What a combination reads; a charge reads no component. */
static void mark_inputs(uint8_t is_part[HPM_COMPONENTS_MAX], const hpm_component *component)
{
    const hpm_rule_combine *rule = &component->rule.combine;
    if (component->kind == HPM_COMPONENT_SCALE) is_part[component->rule.scale.input] = 1;
    if (component->kind == HPM_COMPONENT_TIERS) is_part[component->rule.tiers.input] = 1;
    if (component->kind != HPM_COMPONENT_SUM && component->kind != HPM_COMPONENT_MAXIMUM &&
        component->kind != HPM_COMPONENT_MINIMUM)
        return;
    for (uint32_t i = 0; i < rule->of.count; i++)
        is_part[rule->inputs[i]] = 1;
}

int hpm_rulebook_is_part(const hpm_rulebook *rulebook, uint32_t component, uint32_t of)
{
    const hpm_component *components = rulebook->components.items;
    uint8_t is_part[HPM_COMPONENTS_MAX] = {0};
    is_part[of] = 1;
    for (uint32_t i = of + 1; i-- > component;) /* a component reads only earlier ones */
        if (is_part[i]) mark_inputs(is_part, &components[i]);
    return is_part[component];
}
