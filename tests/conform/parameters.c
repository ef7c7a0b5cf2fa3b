/* Reads parameters by name. */
#include "parameters.h"

#include <ctype.h>
#include <math.h>

#include "numbers.h"

int conform_same_name(const char *plain, const char *written)
{
    for (; *written != '\0'; written++) {
        if (*written == '_') continue;
        if (*plain != (char)tolower((unsigned char)*written)) return 0;
        plain++;
    }
    return *plain == '\0';
}

const json_t *conform_member_like(const json_t *object, const char *plain)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        if (conform_same_name(plain, key)) return value;
    }
    return NULL;
}

hpm_status conform_parameter_real(double *out, const json_t *value, const char *where,
                                  hpm_error *error)
{
    hpm_status status = conform_real(out, value, 0, where, error);
    if (status == HPM_OK && fabs(*out) >= 1e9) return conform_real(out, value, -18, where, error);
    return status;
}

static hpm_status read_one(void *out, const conform_parameter *names, size_t name_count,
                           const char *key, const json_t *value, hpm_error *error)
{
    char where[CONFORM_WHERE_SIZE];
    conform_where(where, "Parameters", key);
    for (size_t i = 0; i < name_count; i++) {
        double *field = (double *)(void *)((char *)out + names[i].offset);
        if (conform_same_name(names[i].name, key))
            return conform_parameter_real(field, value, where, error);
    }
    return HPM_OK;
}

/* Names are unique, so that it does not matter how they are grouped. */
hpm_status conform_parameters_read(void *out, const conform_parameter *names, size_t name_count,
                                   const json_t *object, hpm_error *error)
{
    const char *key;
    json_t *value;
    hpm_status status = HPM_OK;
    json_object_foreach((json_t *)object, key, value)
    {
        status = json_is_object(value)
                     ? conform_parameters_read(out, names, name_count, value, error)
                     : read_one(out, names, name_count, key, value, error);
        if (status != HPM_OK) return status;
    }
    return status;
}
