/* Skipped legs as text and as JSON. */
#include "skipped.h"

#include "colour_codes.h"

void hpm_skipped_text(FILE *stream, const hpm_template_note *legs, uint32_t count, int colour)
{
    if (count == 0) return;
    fprintf(stream, "\n%sskipped legs%s\n", hpm_colour_code(HPM_COLOUR_BOLD, colour),
            hpm_colour_code(HPM_COLOUR_NONE, colour));
    for (uint32_t i = 0; i < count; i++)
        fprintf(stream, "  %s: %s\n", legs[i].name, legs[i].reason);
}

void hpm_skipped_json(hpm_json *json, const hpm_template_note *legs, uint32_t count)
{
    hpm_json_key(json, "skipped_legs");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < count; i++) {
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "leg", legs[i].name);
        hpm_json_put_text(json, "reason", legs[i].reason);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}
