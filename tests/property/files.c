/* What ships, for the tests: rulebooks, the sample market and account templates. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/template.h"
#include "margin/charge.h"
#include "world.h"

const char *folder_of(const char *variable, const char *fallback)
{
    const char *given = getenv(variable);
    return given ? given : fallback;
}

static hpm_buffer load(const char *folder, const char *name)
{
    char path[1024];
    hpm_buffer text;
    hpm_error error = {.status = HPM_OK};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (hpm_file_read(&text, path, HPM_MARKET_BYTES_MAX, &error) != HPM_OK)
        fail_msg("%s: %s", path, error.message);
    return text;
}

void rulebook_decode(hpm_rulebook_document *out, const char *text)
{
    hpm_error error = {.status = HPM_OK};
    if (hpm_rulebook_decode(out, text, strlen(text), &error) != HPM_OK)
        fail_msg("rulebook: %s: %s", error.where, error.message);
}

void rulebook_load(hpm_rulebook_document *out, const char *name)
{
    char file[64];
    snprintf(file, sizeof file, "%s.json", name);
    hpm_buffer text = load(folder_of("HPM_RULEBOOKS", "rulebooks"), file);
    rulebook_decode(out, text.bytes);
    hpm_buffer_free(&text);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int rulebooks_load(hpm_rulebook_document *out, int capacity)
{
    const char *folder = folder_of("HPM_RULEBOOKS", "rulebooks");
    char *names[256];
    int count = 0;
    DIR *listing = opendir(folder);
    if (!listing) fail_msg("%s: cannot be listed", folder);
    for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        const char *end = strstr(entry->d_name, ".json");
        if (!end || end[5] != '\0') continue;
        assert_true(count < capacity && count < 256);
        names[count] = malloc(strlen(entry->d_name) + 1);
        strcpy(names[count], entry->d_name);
        names[count++][end - entry->d_name] = '\0';
    }
    closedir(listing);
    qsort(names, (size_t)count, sizeof *names, compare_names);
    for (int i = 0; i < count; i++) {
        rulebook_load(&out[i], names[i]);
        free(names[i]);
    }
    return count;
}

/* What is the least of some is not coherent; tests/exhaustive has what a payoff floor costs. */
static void drop_lesser(hpm_component *component)
{
    if (component->kind == HPM_COMPONENT_JOINT_GRID) component->rule.joint.fold = HPM_FOLD_IDENTITY;
    if (component->kind == HPM_COMPONENT_CONFIDENCE &&
        component->rule.confidence.combine == HPM_CONFIDENCE_MINIMUM)
        component->rule.confidence.threshold = 0;
}

void rulebook_load_coherent(hpm_rulebook_document *out, const char *name)
{
    hpm_error error = {.status = HPM_OK};
    rulebook_load(out, name);
    hpm_rulebook *rulebook = &out->rulebook;
    hpm_underlying_rule *underlyings = rulebook->underlyings.items;
    hpm_collateral_rule *collateral = rulebook->collateral.items;
    hpm_component *components = rulebook->components.items;
    for (uint32_t i = 0; i < rulebook->underlyings.count; i++)
        underlyings[i].delta_depth = underlyings[i].vega_depth = 0;
    for (uint32_t i = 0; i < rulebook->collateral.count; i++)
        collateral[i].cap = collateral[i].wrong_way = 0;
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        drop_lesser(&components[i]);
    if (hpm_rulebook_finish(rulebook, &error) != HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        assert_int_equal(hpm_component_breaks(rulebook, i), 0);
}

void sample_market_load(hpm_market_document *out)
{
    hpm_error error = {.status = HPM_OK};
    hpm_buffer text = load(folder_of("HPM_SAMPLES", "samples"), "market.json");
    if (hpm_market_decode(out, text.bytes, text.length, NULL, &error) != HPM_OK)
        fail_msg("market.json: %s: %s", error.where, error.message);
    hpm_buffer_free(&text);
}

const char *const template_names[TEMPLATES] = {
    [COVERED_CALL] = "covered-call",
    [CASH_AND_CARRY] = "cash-and-carry",
    [BOX] = "box",
    [IRON_CONDOR] = "iron-condor",
    "market-maker",
    "short-strangle",
    "calendar",
    "naked-short-call",
    "delta-hedged",
    "multi-collateral",
};

hpm_account *template_load(const char *name, const hpm_market *market, uint32_t *skipped)
{
    char file[64];
    hpm_template_notes notes;
    hpm_account *account = NULL;
    hpm_error error = {.status = HPM_OK};
    snprintf(file, sizeof file, "templates/%s.json", name);
    hpm_buffer text = load(folder_of("HPM_SAMPLES", "samples"), file);
    if (hpm_template_resolve(&account, &notes, text.bytes, text.length, market, &error) != HPM_OK)
        fail_msg("%s: %s: %s", file, error.where, error.message);
    if (skipped) *skipped += notes.count;
    hpm_template_notes_free(&notes);
    hpm_buffer_free(&text);
    return account;
}
