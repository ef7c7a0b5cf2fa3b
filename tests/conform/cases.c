/* Walks the cases of a file. */
#include "cases.h"

#include "numbers.h"

/* A case's own parameters come before those of the whole file. */
static const json_t *parameters_of(const json_t *root, const json_t *value)
{
    const json_t *own = json_object_get(value, "Parameters");
    if (!json_is_object(own)) own = json_object_get(root, "Parameters");
    return json_is_object(own) ? own : NULL;
}

static hpm_status run_case(conform_tally *tally, const char *name, const json_t *root,
                           const json_t *value, const conform_cases *cases, hpm_error *error)
{
    hpm_error why = {HPM_OK, "", "", 0};
    conform_case_begin(tally, name);
    hpm_status status = cases->run(tally, value, parameters_of(root, value), &why);
    if (status == HPM_OK) {
        conform_case_end(tally);
        return HPM_OK;
    }
    if (error) *error = why;
    /* Without memory or its own rulebook a suite cannot go on. */
    if (status == HPM_E_MEMORY || status == HPM_E_IO) return status;
    conform_case_bad(tally, &why);
    return HPM_OK;
}

static hpm_status run_all(conform_tally *tally, json_t *root, const conform_cases *cases,
                          hpm_error *error)
{
    const char *name;
    json_t *value;
    if (!json_is_object(root)) return hpm_fail(error, HPM_E_SCHEMA, NULL, "is not an object");
    if (cases->is_case(root)) return run_case(tally, "the case", root, root, cases, error);
    json_object_foreach(root, name, value)
    {
        if (!json_is_object(value) || value == json_object_get(root, "Parameters")) continue;
        hpm_status status = run_case(tally, name, root, value, cases, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

hpm_status conform_run_cases(conform_tally *tally, const hpm_buffer *text,
                             const conform_cases *cases, hpm_error *error)
{
    json_t *root;
    hpm_status status = conform_json_parse(&root, text->bytes, text->length, error);
    if (status != HPM_OK) return status;
    status = run_all(tally, root, cases, error);
    json_decref(root);
    return status;
}
