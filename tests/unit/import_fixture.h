/* What the tests of the importers share: texts in, a document or an error out. The venue is
 * IMPORT_VENUE, Deribit where a test does not set it. */
#ifndef IMPORT_FIXTURE_H
#define IMPORT_FIXTURE_H

#include <string.h>

#include "io/importers.h"

#ifndef IMPORT_VENUE
#define IMPORT_VENUE hpm_import_deribit
#endif

typedef struct fixture {
    hpm_import *import;
    hpm_import_result result;
    hpm_error error;
} fixture;

static inline int fixture_begin(void **state)
{
    static fixture only;
    memset(&only, 0, sizeof only);
    only.import = hpm_import_new(&IMPORT_VENUE);
    *state = &only;
    return only.import ? 0 : -1;
}

static inline int fixture_end(void **state)
{
    fixture *f = *state;
    hpm_import_result_free(&f->result);
    hpm_import_free(f->import);
    return 0;
}

/* A new import of the same venue. */
static inline void again(fixture *f)
{
    void *state = f;
    fixture_end(&state);
    fixture_begin(&state);
}

static inline hpm_status give(fixture *f, const char *path, const char *text)
{
    memset(&f->error, 0, sizeof f->error);
    return hpm_import_read(f->import, path, text, strlen(text), &f->error);
}

static inline hpm_status finish(fixture *f)
{
    memset(&f->error, 0, sizeof f->error);
    return hpm_import_finish(f->import, &f->result, &f->error);
}

static inline uint32_t id_of(const fixture *f, const char *name)
{
    return hpm_catalog_find_instrument(&f->result.document.catalog, name);
}

/* Of the account that was made; NULL: none in this instrument. */
static inline const hpm_position *find_position(const fixture *f, const char *name)
{
    const hpm_account *account = f->result.account;
    uint32_t id = id_of(f, name);
    assert_non_null(account);
    for (uint32_t i = 0; i < account->position_count; i++)
        if (hpm_account_positions(account)[i].instrument == id)
            return &hpm_account_positions(account)[i];
    return NULL;
}

static inline const hpm_balance *find_balance(const fixture *f, const char *asset)
{
    const hpm_account *account = f->result.account;
    uint32_t id = hpm_catalog_find_asset(&f->result.document.catalog, asset);
    assert_non_null(account);
    for (uint32_t i = 0; i < account->balance_count; i++)
        if (hpm_account_balances(account)[i].asset == id) return &hpm_account_balances(account)[i];
    return NULL;
}

/* Whether some note holds the words. */
static inline int is_noted(const fixture *f, const char *words)
{
    for (uint32_t i = 0; i < hpm_import_note_count(f->import); i++)
        if (strstr(hpm_import_note(f->import, i), words)) return 1;
    return 0;
}

#define TEST(function_) cmocka_unit_test_setup_teardown(function_, fixture_begin, fixture_end)

#endif
