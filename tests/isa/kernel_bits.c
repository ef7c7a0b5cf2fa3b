/* Prints one hash over every kernel and elementary function: equal on every build, or it is a bug.
 *
 * Plain C without a test library, so that it also runs under qemu-user. Argument: the instruction
 * set. Exit status 0 if the hash is the pinned one, 77 if the processor lacks the instruction set.
 */
#include "isa_choice.h"
#include "price/greeks.h"
#include "price/kernels.h"

#define COUNT  20003
#define PINNED UINT64_C(0x609c53fe6ed2949c)

static double forward[COUNT], strike[COUNT], total_vol[COUNT], discount[COUNT], sign[COUNT];
static double mult[COUNT], add[COUNT], lowest[COUNT], value[COUNT], density[COUNT];
static int64_t ticks[COUNT];
static uint64_t state = 42, hash = 0xcbf29ce484222325;

static double uniform(double low, double high)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * ((double)(state >> 11) * 0x1p-53);
}

static void mix(uint64_t word) /* FNV-1a over words */
{
    hash = (hash ^ word) * 0x100000001b3;
}

/* Only arithmetic that rounds alike everywhere: no libm. */
static void set_arrays(void)
{
    for (int i = 0; i < COUNT; i++) {
        double u = uniform(0, 1);
        forward[i] = uniform(1000, 200000);
        strike[i] = i % 17 == 0 ? 0 : uniform(1000, 200000);
        total_vol[i] = i % 19 == 0 ? 0 : 26 * u * u * u * u;
        discount[i] = uniform(0.5, 1.05);
        sign[i] = i % 2 ? 1 : -1;
        mult[i] = uniform(0.3, 2);
        add[i] = uniform(-0.5, 0.5);
        lowest[i] = 0.01;
    }
}

static void mix_kernels(const hpm_price_kernels *kernels)
{
    kernels->black76(value, forward, strike, total_vol, discount, sign, COUNT);
    for (int i = 0; i < COUNT; i++)
        mix(hpm_bits_of(value[i]));
    /* Without volatility or strike the law is any number, and nobody reads it. */
    kernels->black76_law(value, density, forward, strike, total_vol, sign, COUNT);
    for (int i = 0; i < COUNT; i++)
        if (strike[i] != 0 && total_vol[i] != 0) {
            mix(hpm_bits_of(value[i]));
            mix(hpm_bits_of(density[i]));
        }
    hpm_option_fill row = {.strike = 90000,
                           .sign = 1,
                           .vol = 0.7,
                           .value0 = 12345,
                           .scale = 1e6,
                           .forward = forward,
                           .vol_mult = mult,
                           .vol_add = add,
                           .vol_floor = lowest,
                           .sqrt_tau = discount,
                           .discount = discount};
    hpm_future_fill future = {.forward0 = 70000, .scale = 1e6, .forward = forward};
    for (int kind = 0; kind < 4; kind++) {
        row.inverse = kind;
        int bad = kind < 2    ? kernels->fill_option(ticks, &row, COUNT)
                  : kind == 2 ? kernels->fill_linear(ticks, &future, COUNT)
                              : kernels->fill_inverse(ticks, &future, COUNT);
        mix((uint64_t)(bad != 0));
        for (int j = 0; j < COUNT; j++)
            mix((uint64_t)ticks[j]);
    }
}

static void mix_scalars(void)
{
    for (int i = 0; i < COUNT; i++) {
        double x = uniform(-40, 40);
        mix(hpm_bits_of(hpm_exp(x)));
        mix(hpm_bits_of(hpm_expm1(x / 20)));
        mix(hpm_bits_of(hpm_log(forward[i] * discount[i])));
        mix(hpm_bits_of(hpm_pow(forward[i], x / 10)));
        mix(hpm_bits_of(hpm_norm_cdf(x)));
        mix(hpm_bits_of(hpm_norm_pdf(x)));
        hpm_black_greeks g;
        hpm_black76_greeks(&g, forward[i], strike[i], total_vol[i], discount[i], 0.03, sign[i]);
        mix(hpm_bits_of(g.delta));
        mix(hpm_bits_of(g.gamma));
        mix(hpm_bits_of(g.vega));
        mix(hpm_bits_of(g.theta));
    }
}

int main(int argc, char **argv)
{
    hpm_isa isa = HPM_ISA_BASE;
    int status = isa_choose(&isa, argc > 1 ? argv[1] : "base");
    if (status != ISA_RUN) return status;
    const hpm_price_kernels *kernels = hpm_price_kernels_for(isa);
    if (kernels == NULL) {
        printf("not built for %s\n", hpm_isa_name(isa));
        return ISA_FAIL;
    }
    set_arrays();
    mix_kernels(kernels);
    mix_scalars();
    printf("0x%016llx %s\n", (unsigned long long)hash, kernels->isa);
    return hash == PINNED ? 0 : 1;
}
