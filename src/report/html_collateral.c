/* Collateral: what each balance is worth, and how much of that the haircut takes. */
#include "html.h"

static void value_bar(FILE *stream, const hpm_scale *scale, double value, double haircut)
{
    double left = value - haircut;
    fputs("<span class=\"bars\">", stream);
    hpm_html_bar(stream, scale, 0, value < 0 ? value : left, hpm_html_sign(value));
    hpm_html_bar(stream, scale, left, value, "cut");
    fputs("</span>", stream);
}

static void real_cell(hpm_html_table *table, double value, int decimals, uint32_t index,
                      const char *key)
{
    hpm_html_cell_begin(table);
    hpm_html_real(table->stream, value, decimals, "collateral/%u/%s", index, key);
    hpm_html_cell_end(table);
}

static void balance_row(hpm_html_table *table, const hpm_report *report, uint32_t index,
                        const hpm_scale *scale)
{
    const hpm_breakdown *breakdown = report->breakdown;
    const hpm_risk_array *array = breakdown->array;
    const hpm_balance *balance = &hpm_account_balances(report->portfolio->account)[index];
    double value = breakdown->collateral_value[index];
    double haircut = breakdown->collateral_haircut[index];
    int decimals = hpm_report_decimals(report);
    hpm_html_row_begin(table, "");
    hpm_html_cell_begin(table);
    hpm_html_name(table->stream, array->catalog->assets[balance->asset].name, HPM_ASSET_NAME_SIZE);
    value_bar(table->stream, scale, value, haircut);
    hpm_html_cell_end(table);
    hpm_html_cell_begin(table);
    hpm_html_quantity(table->stream, balance->amount.e8, "collateral/%u/amount", index);
    hpm_html_cell_end(table);
    real_cell(table, array->market->asset_price[balance->asset].value, HPM_HTML_SHORT, index,
              "price");
    real_cell(table, value, decimals, index, "value");
    real_cell(table, haircut, decimals, index, "haircut");
    hpm_html_row_end(table);
}

void hpm_html_collateral(FILE *stream, const hpm_report *report)
{
    static const char *const titles[] = {"asset", "balance", "price", "value", "haircut", NULL};
    const hpm_breakdown *breakdown = report->breakdown;
    uint32_t count = report->portfolio->account->balance_count;
    hpm_scale scale = hpm_scale_zero();
    hpm_html_table table;
    if (count == 0) return;
    for (uint32_t i = 0; i < count; i++) {
        hpm_scale_add(&scale, breakdown->collateral_value[i]);
        hpm_scale_add(&scale, breakdown->collateral_value[i] - breakdown->collateral_haircut[i]);
    }
    hpm_html_section_begin(stream, "Collateral",
                           "Balances at index price. The haircut is part of the requirement; "
                           "price risk of a coin is in the scenarios.");
    hpm_html_table_begin(&table, stream, "balances and haircuts", titles);
    for (uint32_t i = 0; i < count; i++)
        balance_row(&table, report, i, &scale);
    hpm_html_table_end(&table);
    hpm_html_section_end(stream);
}
