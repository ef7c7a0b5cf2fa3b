/* Histories of daily closes: CSV as price archives have it, or JSON pairs [milliseconds, close] as
 * volatility indices come. */
#ifndef HPM_IO_HISTORY_READ_H
#define HPM_IO_HISTORY_READ_H

#include <stddef.h>

#include "hpm/stress.h"

#define HPM_HISTORY_BYTES_MAX ((size_t)64 << 20)

typedef struct hpm_history_file {
    hpm_history *histories; /* one per asset, ascending by asset id */
    uint32_t count;
    hpm_arena arena;
} hpm_history_file;

/* A CSV has a header with the columns "date" (or "Date"; a day as 2026-01-31, perhaps with its
 * midnight) and "close" (or "Close"), others are ignored; rows in any order, each day with one
 * close. With a column "asset" it may hold several assets: `asset` picks one, HPM_NONE takes all of
 * them. Without it `asset` says what it is the history of. JSON: an array of [milliseconds since
 * 1970, close]. A close is above 0. Errors name the line. */
hpm_status hpm_history_decode(hpm_history_file *file, const char *text, size_t length,
                              uint32_t asset, int is_vol, const hpm_catalog *catalog,
                              hpm_error *error);
void hpm_history_file_free(hpm_history_file *file);

#endif
