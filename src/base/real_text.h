/* A double as text: the shortest that reads back to the same bits, in any locale. */
#ifndef HPM_BASE_REAL_TEXT_H
#define HPM_BASE_REAL_TEXT_H

#include <stddef.h>

#define HPM_REAL_TEXT 40 /* bytes that hold any value of hpm_real_format */

/* Writes the first of 15, 16 and 17 significant digits that reads back exactly, with a point as
 * the decimal sign ("0.1", "1e+22", "nan", "-inf"), and returns its length. */
size_t hpm_real_format(char text[HPM_REAL_TEXT], double value);

#endif
