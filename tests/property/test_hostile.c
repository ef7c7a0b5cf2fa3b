/* Laws of surfaces over hostile quotes, world by world. Arguments, both optional: how many worlds,
 * and the first seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostile.h"

enum { WORLDS = 120, REVERSED_ONE_IN = 4 };

static struct {
    uint32_t refused, silent, fitted, slices;
    uint32_t states[HPM_SLICE_NONE + 1];
} seen;

/* Refusals that quotes can bring about: nobody says anything. */
static void check_refusal(hpm_status status, const hpm_error *error, unsigned long long seed)
{
    if (status == HPM_E_MISSING_PRICE && error->status == status && error->message[0]) return;
    fail_msg("seed %llu: refused: %s: %s", seed, error->where, error->message);
}

static void check_reversed(const hostile_world *world, const hpm_surface *surface,
                           unsigned long long seed)
{
    static hostile_world reversed;
    hostile_fit again;
    hpm_error error = {.status = HPM_OK};
    if (hostile_reverse(&reversed, world, &error) != HPM_OK ||
        hostile_fit_open(&again, &reversed, HPM_ISA_BASE, &error) != HPM_OK)
        fail_msg("seed %llu: reversed: %s: %s", seed, error.where, error.message);
    if (memcmp(&again.fit.surface.hash, &surface->hash, sizeof surface->hash) != 0)
        fail_msg("seed %llu: another hash in another order", seed);
    hostile_fit_close(&again);
    hostile_close(&reversed);
}

static void check_fit(const hostile_world *world, unsigned long long seed)
{
    hostile_fit fitted;
    hpm_error error = {.status = HPM_OK};
    hpm_status status = hostile_fit_open(&fitted, world, HPM_ISA_BASE, &error);
    if (status != HPM_OK) {
        check_refusal(status, &error, seed);
        seen.silent++;
    } else {
        const hpm_surface *surface = &fitted.fit.surface;
        const char *broken = hostile_broken_law(&fitted.fit, world);
        if (broken) fail_msg("seed %llu: broken law: %s", seed, broken);
        if (seed % REVERSED_ONE_IN == 0) check_reversed(world, surface, seed);
        for (uint32_t i = 0; i < surface->slice_count; i++)
            seen.states[surface->slices[i].state]++;
        seen.fitted++;
    }
    hostile_fit_close(&fitted);
}

static void check_world(unsigned long long seed)
{
    static hostile_world world;
    hostile_draws draws = {.rng = {seed}};
    hpm_error error = {.status = HPM_OK};
    if (hostile_open(&world, &draws, HOSTILE_ROWS, &error) == HPM_OK)
        check_fit(&world, seed);
    else
        seen.refused++;
    hostile_close(&world);
}

int main(int argc, char **argv)
{
    unsigned long long count = argc > 1 ? strtoull(argv[1], NULL, 10) : WORLDS;
    unsigned long long first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    for (unsigned long long i = 0; i < count; i++)
        check_world(first + i);
    printf("%llu worlds: %u fitted, %u say nothing, %u refused; slices fitted %u, repaired %u, "
           "sparse %u, last good %u, none %u\n",
           count, seen.fitted, seen.silent, seen.refused, seen.states[HPM_SLICE_FITTED],
           seen.states[HPM_SLICE_REPAIRED], seen.states[HPM_SLICE_SPARSE],
           seen.states[HPM_SLICE_LAST_GOOD], seen.states[HPM_SLICE_NONE]);
    return 0;
}
