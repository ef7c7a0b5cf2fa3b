/* Snapshots of a real option market, in HPM_DATA: names, and each as a market. */
#ifndef HPM_TESTS_SNAPSHOTS_H
#define HPM_TESTS_SNAPSHOTS_H

#include "io/importers.h"
#include "world.h"

enum { SNAPSHOTS_MAX = 512, SNAPSHOTS_SKIPPED = 77 };

/* File names in order; returns how many there are. If none: says that the test is skipped, and why.
 */
size_t snapshots_list(char names[SNAPSHOTS_MAX][128]);

/* A snapshot with perpetuals and futures: market and raw quotes. */
void snapshot_read(hpm_import_result *out, const char *name);

/* The same with the rows of its chain in another order. */
void snapshot_read_shuffled(hpm_import_result *out, const char *name, uint64_t seed);

/* The market of a snapshot, with perpetuals and futures. */
void snapshot_import(hpm_market_document *out, const char *name);

/* What the file name says of the time. */
const char *snapshot_time(const char *name);

#endif
