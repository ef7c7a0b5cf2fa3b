/* Fuzz target: surfaces fitted to whatever quotes a venue may send. The bytes are choices: of what
 * is strange about a world of quotes, then about each of its rows. */
#include "../property/hostile.h"
#include "fuzz.h"

enum { ROWS = 128 };

static void check_reversed(const hostile_world *world, const hpm_surface *surface)
{
    static hostile_world reversed;
    hostile_fit again;
    hpm_error error;
    FUZZ_CHECK(hostile_reverse(&reversed, world, &error) == HPM_OK);
    FUZZ_CHECK(hostile_fit_open(&again, &reversed, HPM_ISA_BASE, &error) == HPM_OK);
    FUZZ_CHECK(memcmp(&again.fit.surface.hash, &surface->hash, sizeof surface->hash) == 0);
    hostile_fit_close(&again);
    hostile_close(&reversed);
}

/* No quotes are refused but for want of anything that they say. */
static int check_fit(const hostile_world *world)
{
    hostile_fit fitted;
    hpm_error error;
    hpm_status status = hostile_fit_open(&fitted, world, HPM_ISA_BASE, &error);
    if (status == HPM_OK) {
        const char *broken = hostile_broken_law(&fitted.fit, world);
        if (broken) fprintf(stderr, "broken law: %s\n", broken);
        FUZZ_CHECK(!broken);
        check_reversed(world, &fitted.fit.surface);
    } else {
        fuzz_check_error(status, &error);
        FUZZ_CHECK(status == HPM_E_MISSING_PRICE);
    }
    hostile_fit_close(&fitted);
    return status == HPM_OK;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static hostile_world world;
    static const uint8_t none;
    hostile_draws draws = {.bytes = size > 0 ? data : &none, .left = size};
    hpm_error error;
    hpm_status status = hostile_open(&world, &draws, ROWS, &error);
    int accepted = status == HPM_OK && check_fit(&world);
    if (status != HPM_OK) fuzz_check_error(status, &error);
    hostile_close(&world);
    return accepted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
