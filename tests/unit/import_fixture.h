/* What the tests of the Deribit import share: texts in, a document or an error out. */
#ifndef IMPORT_FIXTURE_H
#define IMPORT_FIXTURE_H

#include <string.h>

#include "io/import_deribit.h"

typedef struct fixture {
    hpm_import *import;
    hpm_market_document document;
    hpm_error error;
} fixture;

static inline int fixture_begin(void **state)
{
    static fixture only;
    memset(&only, 0, sizeof only);
    only.import = hpm_import_deribit_new();
    *state = &only;
    return only.import ? 0 : -1;
}

static inline int fixture_end(void **state)
{
    fixture *f = *state;
    hpm_market_document_free(&f->document);
    hpm_import_deribit_free(f->import);
    return 0;
}

static inline hpm_status give(fixture *f, const char *path, const char *text)
{
    memset(&f->error, 0, sizeof f->error);
    return hpm_import_deribit_read(f->import, path, text, strlen(text), &f->error);
}

static inline hpm_status finish(fixture *f)
{
    memset(&f->error, 0, sizeof f->error);
    return hpm_import_deribit_finish(f->import, &f->document, &f->error);
}

static inline uint32_t id_of(const fixture *f, const char *name)
{
    return hpm_catalog_find_instrument(&f->document.catalog, name);
}

/* Whether some note holds the words. */
static inline int is_noted(const fixture *f, const char *words)
{
    for (uint32_t i = 0; i < hpm_import_deribit_note_count(f->import); i++)
        if (strstr(hpm_import_deribit_note(f->import, i), words)) return 1;
    return 0;
}

#define TEST(function_) cmocka_unit_test_setup_teardown(function_, fixture_begin, fixture_end)

#endif
