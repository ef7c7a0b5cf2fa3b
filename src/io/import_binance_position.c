/* Reads Binance's positions. Quantities are signed contracts: coins of USD-M futures, contracts of
 * COIN-M futures and of options.
 *
 * In hedge mode an instrument has a long and a short side; each is a leg of its position. Answers
 * list every instrument there is: those without a position are passed over. */
#include <math.h>
#include <string.h>

#include "io/import_binance_parts.h"

/* What answers and events call the same things. */
typedef struct position_names {
    const char *symbol, *quantity;
    const char *side;      /* NULL: the sign of the quantity says it */
    const char *entry;     /* NULL: options, whose price of entry is of no use */
    const char *profit[2]; /* both spellings */
    const char *clock;     /* NULL: the message's */
} position_names;

static const position_names answer_names = {"symbol",
                                            "positionAmt",
                                            "positionSide",
                                            "entryPrice",
                                            {"unRealizedProfit", "unrealizedProfit"},
                                            "updateTime"};
static const position_names event_names = {"s", "pa", "ps", "ep", {"up", "up"}, NULL};
static const position_names option_names = {"symbol", "quantity",   "side",
                                            NULL,     {NULL, NULL}, "time"};
static const position_names event_option_names = {"s", "c", NULL, NULL, {NULL, NULL}, NULL};

/* The side must not contradict the sign. */
static hpm_status take_leg(const hpm_import_row *row, const char *name, int64_t quantity_e8,
                           hpm_import_leg *leg, hpm_error *error)
{
    const char *side = NULL;
    *leg = HPM_IMPORT_LEG_NET;
    hpm_status status = hpm_import_row_text(row, name, 0, &side, error);
    if (status != HPM_OK || !side || strcmp(side, "BOTH") == 0) return status;
    int is_long = strcmp(side, "LONG") == 0;
    if (!is_long && strcmp(side, "SHORT") != 0)
        return hpm_import_row_fail(row, name, HPM_E_RANGE, "not BOTH, LONG or SHORT", error);
    if (is_long ? quantity_e8 < 0 : quantity_e8 > 0)
        return hpm_import_row_fail(row, name, HPM_E_REFERENCE,
                                   "the quantity's sign says the other side", error);
    *leg = is_long ? HPM_IMPORT_LEG_LONG : HPM_IMPORT_LEG_SHORT;
    return HPM_OK;
}

/* Where no price of entry is given, the venue's own unrealised profit stands: the position is
 * settled to the mark, and the profit is a gain that is not yet paid. */
static hpm_status take_entry(const hpm_import_row *row, const position_names *names,
                             hpm_position *position, hpm_error *error)
{
    double entry = (double)NAN;
    int is_given = 0;
    position->entry_price = (double)NAN;
    if (!names->entry) return HPM_OK;
    hpm_status status = hpm_import_row_real(row, names->entry, 0, &entry, error);
    if (status != HPM_OK) return status;
    if (entry > 0) {
        position->entry_price = entry;
        return HPM_OK;
    }
    const char *name = names->profit[hpm_import_row_has(row, names->profit[0]) ? 0 : 1];
    status = hpm_import_row_decimal(row, name, 0, &position->funding.e8, &is_given, error);
    if (status != HPM_OK || is_given) return status;
    return hpm_import_row_fail(row, names->entry, HPM_E_FIELD_MISSING,
                               "neither a price of entry nor an unrealised profit", error);
}

/* The entry; NULL: nothing is held in a name that is not known. That nothing is held otherwise
 * counts: an older message that is read later may say that something was. */
static hpm_status find_entry(const hpm_binance_message *message, const hpm_import_row *row,
                             const position_names *names, int64_t quantity_e8,
                             hpm_import_entry **entry, hpm_error *error)
{
    const char *symbol = NULL;
    hpm_import_product product;
    hpm_status status = hpm_import_row_text(row, names->symbol, 1, &symbol, error);
    if (status != HPM_OK) return status;
    if (quantity_e8 == 0 &&
        hpm_binance_parse(&product, symbol, strlen(symbol)) != HPM_IMPORT_PRODUCT)
        return HPM_OK;
    status = hpm_binance_entry(message, symbol, 0, entry, error);
    if (status != HPM_OK || *entry) return status;
    return hpm_import_row_fail(row, names->symbol, HPM_E_REFERENCE,
                               "a position in an instrument whose name has no known form", error);
}

static hpm_status read_position(const hpm_binance_message *message, const hpm_import_row *row,
                                const position_names *names, hpm_error *error)
{
    hpm_position position = {0};
    hpm_import_entry *entry = NULL;
    hpm_import_leg leg = HPM_IMPORT_LEG_NET;
    int is_given = 0;
    int64_t time_ns = 0;
    hpm_status status =
        hpm_import_row_decimal(row, names->quantity, 1, &position.quantity.e8, &is_given, error);
    if (status == HPM_OK)
        status = find_entry(message, row, names, position.quantity.e8, &entry, error);
    if (status != HPM_OK || !entry) return status;
    if (names->side) status = take_leg(row, names->side, position.quantity.e8, &leg, error);
    if (!names->entry) leg = HPM_IMPORT_LEG_NET; /* an option: see below */
    position.entry_price = (double)NAN;
    if (status == HPM_OK && position.quantity.e8 != 0)
        status = take_entry(row, names, &position, error);
    if (status == HPM_OK) status = hpm_binance_time(message, row, names->clock, &time_ns, error);
    if (status != HPM_OK) return status;
    return hpm_import_leg_take(message->import, entry, (int)leg, &position, time_ns, error);
}

hpm_status hpm_binance_read_position(const hpm_binance_message *message, const hpm_import_row *row,
                                     hpm_error *error)
{
    return read_position(message, row, &answer_names, error);
}

hpm_status hpm_binance_read_event_position(const hpm_binance_message *message,
                                           const hpm_import_row *row, hpm_error *error)
{
    return read_position(message, row, &event_names, error);
}

/* An option's position has one side at a time: LONG and SHORT say its sign once more, and are no
 * legs. */
hpm_status hpm_binance_read_option_position(const hpm_binance_message *message,
                                            const hpm_import_row *row, hpm_error *error)
{
    return read_position(message, row, &option_names, error);
}

hpm_status hpm_binance_read_event_option_position(const hpm_binance_message *message,
                                                  const hpm_import_row *row, hpm_error *error)
{
    return read_position(message, row, &event_option_names, error);
}
