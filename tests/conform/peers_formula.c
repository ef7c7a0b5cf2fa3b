/* Recursive descent over a printed formula. */
#include "peers_formula.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64

typedef struct parser {
    const char *at;
    const peers_name *names;
    size_t count;
    int depth;
    int is_bad;
} parser;

static double sum(parser *p);

static int take(parser *p, char wanted)
{
    while (*p->at == ' ')
        p->at++;
    if (*p->at != wanted) return 0;
    p->at++;
    return 1;
}

static void need(parser *p, char wanted)
{
    if (!take(p, wanted)) p->is_bad = 1;
}

static double maximum(parser *p)
{
    double left = sum(p);
    need(p, ',');
    double right = sum(p);
    need(p, ')');
    return fmax(left, right);
}

static double named(parser *p)
{
    const char *first = p->at;
    while (isalnum((unsigned char)*p->at) || *p->at == '_')
        p->at++;
    size_t length = (size_t)(p->at - first);
    if (length == 3 && memcmp(first, "max", 3) == 0 && take(p, '(')) return maximum(p);
    for (size_t i = 0; i < p->count; i++)
        if (strlen(p->names[i].name) == length && memcmp(first, p->names[i].name, length) == 0)
            return p->names[i].value;
    p->is_bad = 1;
    return NAN;
}

static double number(parser *p)
{
    char *end;
    double value = strtod(p->at, &end); /* no locale is ever set */
    p->at = end;
    return value;
}

static double factor(parser *p)
{
    if (p->is_bad || p->depth > DEPTH_MAX) {
        p->is_bad = 1;
        return NAN;
    }
    if (take(p, '(')) {
        double inner = sum(p);
        need(p, ')');
        return inner;
    }
    if (isdigit((unsigned char)*p->at)) return number(p);
    return named(p);
}

static double power(parser *p)
{
    double base = factor(p);
    return take(p, '^') ? pow(base, factor(p)) : base;
}

static double product(parser *p)
{
    double value = power(p);
    for (;;) {
        if (take(p, '*'))
            value *= power(p);
        else if (take(p, '/'))
            value /= power(p);
        else
            return value;
    }
}

static double sum(parser *p)
{
    p->depth++;
    double value = product(p);
    for (;;) {
        if (take(p, '+'))
            value += product(p);
        else if (take(p, '-'))
            value -= product(p);
        else
            break;
    }
    p->depth--;
    return value;
}

hpm_status peers_formula(double *value, const char *text, const peers_name *names, size_t count,
                         const char *where, hpm_error *error)
{
    parser p = {text, names, count, 0, 0};
    *value = sum(&p);
    if (!p.is_bad && take(&p, '\0')) return HPM_OK;
    return hpm_fail(error, HPM_E_SYNTAX, where, "not a formula (%.80s)", text);
}
