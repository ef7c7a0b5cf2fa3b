/* Formulas as venues print them, "max(0.15-OTM/S,0.1)+mark", to figures. */
#ifndef CONFORM_PEERS_FORMULA_H
#define CONFORM_PEERS_FORMULA_H

#include <stddef.h>

#include "hpm/status.h"

typedef struct peers_name {
    const char *name;
    double value;
} peers_name;

/* + - * / ^, brackets, numbers, max(a,b) and these names. E_SYNTAX names `where` and the place. */
hpm_status peers_formula(double *value, const char *text, const peers_name *names, size_t count,
                         const char *where, hpm_error *error);

#endif
