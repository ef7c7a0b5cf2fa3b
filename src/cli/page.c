/* How the HTML page of `hpm margin` begins. */
#include "page.h"

#include "report/html.h"

/* An account that cannot be computed is left out here and named when its turn comes. A brief page
 * ends with the inputs that its accounts share. */
static void index_write(hpm_session *session, const hpm_account_items *items, int brief)
{
    hpm_report report;
    uint32_t last = HPM_NONE;
    hpm_html_index_begin(stdout);
    for (uint32_t i = 0; i < items->count; i++) {
        hpm_error error;
        if (hpm_session_report(session, &report, &items->items[i], 1, &error) != HPM_OK) continue;
        hpm_html_index_row(stdout, &report, i, !brief);
        last = i;
    }
    hpm_html_index_end(stdout);
    if (brief && last != HPM_NONE) hpm_html_index_inputs(stdout, &report, last);
}

void hpm_page_begin(hpm_session *session, const hpm_account_items *items, int brief)
{
    char title[128];
    if (items->count == 1) {
        snprintf(title, sizeof title, "hpm margin: %s", items->items[0].account->id);
    } else {
        snprintf(title, sizeof title, "hpm margin: %u accounts", items->count);
    }
    hpm_html_begin(stdout, title);
    if (items->count > 1 || brief) index_write(session, items, brief);
}
