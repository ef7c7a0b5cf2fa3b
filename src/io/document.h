/* The documents that go in and out: JSON text to the library's structs and back.
 *
 * A decoder either gives a whole, checked object or an error that names the place
 * ("positions[3].quantity") and its line, the reason and the offending value; never something
 * partial. The text need not be terminated. */
#ifndef HPM_IO_DOCUMENT_H
#define HPM_IO_DOCUMENT_H

#include <stddef.h>

#include "file_read.h"
#include "hpm/account.h"
#include "hpm/catalog.h"
#include "hpm/market.h"
#include "hpm/orders.h"
#include "hpm/quotes.h"
#include "hpm/rulebook.h"
#include "hpm/surface.h"
#include "json_write.h"
#include "rows.h"

#define HPM_CATALOG_SCHEMA  "hpm/catalog/1"
#define HPM_MARKET_SCHEMA   "hpm/market/1"
#define HPM_QUOTES_SCHEMA   "hpm/quotes/1"
#define HPM_SURFACE_SCHEMA  "hpm/surface/1"
#define HPM_ACCOUNT_SCHEMA  "hpm/account/1"
#define HPM_ORDERS_SCHEMA   "hpm/orders/1"
#define HPM_RULEBOOK_SCHEMA "hpm/rulebook/1"

/* Longest texts that the decoders take, so that a hostile document cannot take all memory. (In
 * memory a parsed document is about ten times as long as its text, at worst forty times.) */
#define HPM_CATALOG_BYTES_MAX  ((size_t)64 << 20)
#define HPM_MARKET_BYTES_MAX   ((size_t)64 << 20)
#define HPM_QUOTES_BYTES_MAX   ((size_t)64 << 20)
#define HPM_SURFACE_BYTES_MAX  ((size_t)16 << 20)
#define HPM_ACCOUNT_BYTES_MAX  ((size_t)16 << 20)
#define HPM_ORDERS_BYTES_MAX   ((size_t)16 << 20)
#define HPM_RULEBOOK_BYTES_MAX ((size_t)4 << 20)

#define HPM_SCHEMA_SIZE 64

/* Reads the field "schema" of a document without reading the rest: which decoder is wanted. Says
 * nothing about whether the rest is well-formed. E_SYNTAX, E_SCHEMA. */
hpm_status hpm_document_schema(char out[HPM_SCHEMA_SIZE], const char *text, size_t length,
                               hpm_error *error);

/* ---- Catalog ------------------------------------------------------------------------------ */

typedef struct hpm_catalog_document {
    hpm_catalog catalog; /* its arrays lie in the arena; the struct itself may be moved */
    hpm_arena arena;
} hpm_catalog_document;

hpm_status hpm_catalog_decode(hpm_catalog_document *document, const char *text, size_t length,
                              hpm_error *error);
void hpm_catalog_document_free(hpm_catalog_document *document);

void hpm_catalog_write(hpm_json *json, const hpm_catalog *catalog);

/* ---- Market ------------------------------------------------------------------------------- */

/* Must not be moved after decoding: the market points to its catalog. */
typedef struct hpm_market_document {
    /* The embedded catalog, or a copy of the separate one's header. market.catalog points here if
     * the catalog is embedded, else to the separate one. */
    hpm_catalog catalog;
    hpm_market market;
    char source[HPM_SOURCE_SIZE];
    hpm_arena arena;         /* of the market */
    hpm_arena catalog_arena; /* of an embedded catalog */
} hpm_market_document;

/* `separate` may be NULL if the document embeds its catalog, and must outlive the document if it
 * does not. If there are both they must be equal (by hash), else E_REFERENCE; `separate` is then
 * the one that is used. */
hpm_status hpm_market_decode(hpm_market_document *document, const char *text, size_t length,
                             const hpm_catalog *separate, hpm_error *error);
void hpm_market_document_free(hpm_market_document *document);

/* The given inputs: what was interpolated or derived is not written. `source` may be NULL. */
void hpm_market_write(hpm_json *json, const hpm_market *market, const char *source,
                      int embed_catalog);

/* ---- Quotes ------------------------------------------------------------------------------- */

/* Must not be moved after decoding: the quotes point to their catalog. Laid out like a market. */
typedef struct hpm_quotes_document {
    hpm_catalog catalog; /* the embedded one, or a copy of the separate one's header */
    hpm_quotes quotes;
    char source[HPM_SOURCE_SIZE];
    hpm_arena arena;         /* of the quotes */
    hpm_arena catalog_arena; /* of an embedded catalog */
} hpm_quotes_document;

/* `separate` as for markets. */
hpm_status hpm_quotes_decode(hpm_quotes_document *document, const char *text, size_t length,
                             const hpm_catalog *separate, hpm_error *error);
void hpm_quotes_document_free(hpm_quotes_document *document);

/* Instruments of which nothing is known are left out. `source` may be NULL. */
void hpm_quotes_write(hpm_json *json, const hpm_quotes *quotes, const char *source,
                      int embed_catalog);

/* ---- Surface ------------------------------------------------------------------------------ */

typedef struct hpm_surface_document {
    hpm_surface surface; /* finished; its arrays lie in the arena */
    char source[HPM_SOURCE_SIZE];
    hpm_arena arena;
} hpm_surface_document;

/* E_REFERENCE if the document states another hash than its own; both are in the message. */
hpm_status hpm_surface_decode(hpm_surface_document *document, const char *text, size_t length,
                              hpm_error *error);
void hpm_surface_document_free(hpm_surface_document *document);

void hpm_surface_write(hpm_json *json, const hpm_surface *surface, const char *source);

/* ---- Account ------------------------------------------------------------------------------ */

/* *account is malloc'ed in one block: release it with free(). */
hpm_status hpm_account_decode(hpm_account **account, const char *text, size_t length,
                              const hpm_catalog *catalog, hpm_error *error);

void hpm_account_write(hpm_json *json, const hpm_account *account, const hpm_catalog *catalog);

/* Account documents one after the other: one, one per line (jsonl), or concatenated. */
typedef struct hpm_account_stream {
    const char *text;
    size_t length;
    size_t at;    /* bytes taken */
    int64_t line; /* 1-based, of text[at] */
} hpm_account_stream;

/* `text` must outlive the stream. */
void hpm_account_stream_begin(hpm_account_stream *stream, const char *text, size_t length);

/* The next account, malloc'ed; NULL and HPM_OK after the last. error.line counts in the whole text.
 * After an error inside a
 * well-formed document the stream stands at the next one; after malformed text it is at its end. */
hpm_status hpm_account_stream_next(hpm_account **account, hpm_account_stream *stream,
                                   const hpm_catalog *catalog, hpm_error *error);

/* ---- Orders ------------------------------------------------------------------------------- */

/* *orders is malloc'ed in one block of *count rows, in the order of the document: release it with
 * free(). NULL where there is none. */
hpm_status hpm_orders_decode(hpm_order **orders, uint32_t *count, const char *text, size_t length,
                             const hpm_catalog *catalog, hpm_error *error);

/* ---- Rulebook ----------------------------------------------------------------------------- */

typedef struct hpm_rulebook_document {
    hpm_rulebook rulebook; /* finished; its lists lie in the arena */
    hpm_arena arena;
} hpm_rulebook_document;

hpm_status hpm_rulebook_decode(hpm_rulebook_document *document, const char *text, size_t length,
                               hpm_error *error);
void hpm_rulebook_document_free(hpm_rulebook_document *document);

void hpm_rulebook_write(hpm_json *json, const hpm_rulebook *rulebook);

#endif
