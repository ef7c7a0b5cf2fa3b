/* Reads scenarios and histories for `hpm stress`. */
#include "stress_inputs.h"

#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "diagnose.h"
#include "exit.h"
#include "memory.h"
#include "report/format.h"
#include "session.h"

/* ---- Files -------------------------------------------------------------------------------- */

static int document_read(hpm_stress_inputs *inputs, const char *path, const hpm_catalog *catalog)
{
    hpm_buffer buffer;
    hpm_error error;
    int status = hpm_read_file(&buffer, path, HPM_STRESS_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_stress_decode(&inputs->document, buffer.bytes, buffer.length, catalog, &error) !=
        HPM_OK)
        status = hpm_diagnose(path, &error);
    hpm_buffer_free(&buffer);
    return status;
}

/* "FILE,BTC" is the file and its asset; "FILE" says in a column which assets it is about. */
static int path_split(char path[HPM_PATH_SIZE], uint32_t *asset, const hpm_command *self,
                      const char *text, const hpm_catalog *catalog)
{
    const char *comma = strrchr(text, ',');
    size_t length = comma != NULL ? (size_t)(comma - text) : strlen(text);
    *asset = HPM_NONE;
    if (length >= HPM_PATH_SIZE) return hpm_usage(self, "path too long (%zu bytes)", length);
    memcpy(path, text, length);
    path[length] = '\0';
    if (comma == NULL) return HPM_EXIT_OK;
    *asset = hpm_catalog_find_asset(catalog, comma + 1);
    if (*asset != HPM_NONE) return HPM_EXIT_OK;
    return hpm_usage(self, "the market has no such asset (%.40s)", comma + 1);
}

static int history_read(hpm_history_file *file, const hpm_command *self, const char *text,
                        int is_vol, const hpm_catalog *catalog)
{
    char path[HPM_PATH_SIZE];
    uint32_t asset = HPM_NONE;
    hpm_buffer buffer;
    hpm_error error = {0};
    int status = path_split(path, &asset, self, text, catalog);
    if (status == HPM_EXIT_OK) status = hpm_read_file(&buffer, path, HPM_HISTORY_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_history_decode(file, buffer.bytes, buffer.length, asset, is_vol, catalog, &error) !=
        HPM_OK)
        status = hpm_diagnose(path, &error);
    hpm_buffer_free(&buffer);
    return status;
}

static int histories_read(hpm_stress_inputs *inputs, const hpm_command *self,
                          const hpm_stress_wish *wish, const hpm_catalog *catalog)
{
    uint32_t prices = wish->histories.count, count = prices + wish->vol_histories.count;
    inputs->files = calloc(count + 1, sizeof *inputs->files);
    if (inputs->files == NULL) return hpm_out_of_memory();
    for (uint32_t i = 0; i < count; i++) {
        const char *text =
            i < prices ? wish->histories.items[i] : wish->vol_histories.items[i - prices];
        int status = history_read(&inputs->files[i], self, text, i >= prices, catalog);
        if (status != HPM_EXIT_OK) return status;
        inputs->file_count++;
        inputs->history_count += inputs->files[i].count;
    }
    return HPM_EXIT_OK;
}

/* ---- One list of scenarios ---------------------------------------------------------------- */

/* What days need: names, shocks and their numbers. */
typedef struct days {
    hpm_stress_shock *shocks;
    int32_t *numbers;
    char (*names)[HPM_FORMAT_SIZE];
} days;

static hpm_status lists_take(hpm_stress_inputs *inputs, days *of, uint32_t days_max,
                             hpm_error *error)
{
    uint32_t histories = inputs->history_count;
    uint32_t count = inputs->document.rows.scenarios.count + days_max;
    size_t shocks = (size_t)days_max * (histories + 1);
    size_t bytes = hpm_aligned_size(histories * sizeof(hpm_history)) +
                   hpm_aligned_size(count * sizeof(hpm_stress_scenario)) +
                   hpm_aligned_size(count * sizeof(char *)) +
                   hpm_aligned_size(shocks * sizeof *of->shocks) +
                   hpm_aligned_size(days_max * sizeof *of->numbers) +
                   hpm_aligned_size(days_max * sizeof *of->names);
    hpm_status status = hpm_memory_arena(&inputs->arena, bytes, error);
    if (status != HPM_OK) return status;
    inputs->histories = hpm_arena_reserve(&inputs->arena, histories, sizeof(hpm_history));
    inputs->scenarios = hpm_arena_reserve(&inputs->arena, count, sizeof(hpm_stress_scenario));
    inputs->texts = hpm_arena_reserve(&inputs->arena, count, sizeof(char *));
    of->shocks = hpm_arena_reserve(&inputs->arena, shocks, sizeof *of->shocks);
    of->numbers = hpm_arena_reserve(&inputs->arena, days_max, sizeof *of->numbers);
    of->names = hpm_arena_reserve(&inputs->arena, days_max, sizeof *of->names);
    return HPM_OK;
}

static void own_take(hpm_stress_inputs *inputs)
{
    const hpm_scenario_row *rows = inputs->document.rows.scenarios.items;
    for (uint32_t i = 0; i < inputs->document.rows.scenarios.count; i++) {
        inputs->scenarios[i] = inputs->document.scenarios[i];
        inputs->texts[i] = rows[i].text;
    }
    inputs->day_first = inputs->count = inputs->document.rows.scenarios.count;
}

static uint32_t days_most(const hpm_stress_inputs *inputs)
{
    uint32_t least = inputs->file_count > 0 ? UINT32_MAX : 0;
    for (uint32_t f = 0; f < inputs->file_count; f++) {
        uint32_t own = hpm_history_days_max(inputs->files[f].histories, inputs->files[f].count);
        if (own < least) least = own;
    }
    return least;
}

static hpm_status days_make(hpm_stress_inputs *inputs, const days *of, const hpm_catalog *catalog,
                            hpm_error *error)
{
    uint32_t made = 0, used = 0;
    for (uint32_t f = 0; f < inputs->file_count; f++) {
        const hpm_history_file *file = &inputs->files[f];
        memcpy(inputs->histories + used, file->histories, file->count * sizeof *file->histories);
        used += file->count;
    }
    hpm_status status = hpm_history_scenarios(inputs->scenarios + inputs->count, of->shocks,
                                              of->numbers, &made, inputs->histories,
                                              inputs->history_count, &inputs->rule, catalog, error);
    if (status == HPM_OK && made == 0)
        status = hpm_fail(error, HPM_E_FIELD_MISSING, "history",
                          "no day on which every history has a close, and another one the horizon "
                          "before (%u days)",
                          inputs->rule.horizon_days);
    for (uint32_t i = 0; i < made && status == HPM_OK; i++) {
        hpm_format_date(of->names[i], of->numbers[i] * HPM_DAY_NS);
        inputs->scenarios[inputs->count].name = of->names[i];
        inputs->texts[inputs->count++] = "";
    }
    return status;
}

static int rule_make(hpm_history_rule *rule, const hpm_command *self, const hpm_stress_wish *wish,
                     const hpm_catalog *catalog)
{
    *rule = (hpm_history_rule){wish->horizon_days, HPM_NONE, wish->vol_beta};
    if (wish->others == NULL) return HPM_EXIT_OK;
    rule->others = hpm_catalog_find_asset(catalog, wish->others);
    if (rule->others != HPM_NONE) return HPM_EXIT_OK;
    return hpm_usage(self, "the market has no such asset (%.40s)", wish->others);
}

int hpm_stress_inputs_read(hpm_stress_inputs *inputs, const hpm_command *self,
                           const hpm_stress_wish *wish, const hpm_catalog *catalog)
{
    days of;
    hpm_error error;
    memset(inputs, 0, sizeof *inputs);
    int status = rule_make(&inputs->rule, self, wish, catalog);
    if (status == HPM_EXIT_OK && wish->scenarios != NULL)
        status = document_read(inputs, wish->scenarios, catalog);
    if (status == HPM_EXIT_OK) status = histories_read(inputs, self, wish, catalog);
    if (status != HPM_EXIT_OK) return status;
    if (lists_take(inputs, &of, days_most(inputs), &error) != HPM_OK)
        return hpm_diagnose(NULL, &error);
    own_take(inputs);
    if (inputs->file_count > 0 && days_make(inputs, &of, catalog, &error) != HPM_OK)
        return hpm_diagnose(NULL, &error);
    return HPM_EXIT_OK;
}

void hpm_stress_inputs_free(hpm_stress_inputs *inputs)
{
    for (uint32_t f = 0; f < inputs->file_count; f++)
        hpm_history_file_free(&inputs->files[f]);
    free(inputs->files);
    hpm_stress_document_free(&inputs->document);
    hpm_memory_free(&inputs->arena);
}
