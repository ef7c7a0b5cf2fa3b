// Implied volatility beside QuantLib's blackFormulaImpliedStdDevLiRS (M. Li and K. Lee's rational
// guess and successive over-relaxation) at an accuracy of 1e-12: interleaved, pinned, medians.
//
// Two kinds of options: within two standard deviations of the money, and to six. Prints for each
// the largest relative error against the volatility that the value was made from. It is no gate.
#include <cmath>
#include <limits>

#include <ql/pricingengines/blackformula.hpp>

#include "peers.hpp"

extern "C" {
#include "bench_kernels.h"
}

namespace
{

constexpr size_t count = 2000;
constexpr int rounds = 31;

struct quotes {
    std::vector<double> forward, strike, value, sign, vol, found, discount;
};

quotes make_quotes(double deviations)
{
    quotes q;
    for (size_t i = 0; i < count; i++) {
        q.forward.push_back(uniform(60000, 130000));
        q.vol.push_back(std::exp(uniform(std::log(0.02), std::log(1))));
        q.strike.push_back(q.forward[i] * std::exp(q.vol[i] * uniform(-deviations, deviations)));
        q.sign.push_back(q.strike[i] > q.forward[i] ? 1 : -1);
        q.discount.push_back(1);
    }
    q.value.resize(count);
    q.found.resize(count);
    bench_black76(0, q.value.data(), q.forward.data(), q.strike.data(), q.vol.data(),
                  q.discount.data(), q.sign.data(), count);
    return q;
}

// QuantLib throws where it does not converge: no number then.
double quantlib_vol(const quotes &q, size_t i)
{
    using namespace QuantLib;
    try {
        return blackFormulaImpliedStdDevLiRS(q.sign[i] > 0 ? Option::Call : Option::Put,
                                             q.strike[i], q.forward[i], q.value[i], 1.0, 0.0,
                                             Null<Real>(), 1.0, 1e-12, 100);
    } catch (const std::exception &) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

void run_quantlib(quotes &q)
{
    for (size_t i = 0; i < count; i++)
        q.found[i] = quantlib_vol(q, i);
}

void run_kernel(int isa, quotes &q)
{
    bench_implied_vol(isa, q.found.data(), q.forward.data(), q.strike.data(), q.value.data(),
                      q.sign.data(), count);
}

void print_errors(const char *name, const quotes &q)
{
    double worst = 0;
    int lost = 0;
    for (size_t i = 0; i < count; i++) {
        double error = std::fabs(q.found[i] / q.vol[i] - 1);
        if (std::isnan(error))
            lost++;
        else
            worst = std::max(worst, error);
    }
    printf("%-18s largest relative error %.1e, not found %d\n", name, worst, lost);
}

void compare(const char *title, double deviations)
{
    quotes q = make_quotes(deviations);
    std::vector<contender> all;
    all.push_back({"QuantLib LiRS",
                   double(count),
                   [&] { return seconds_of([&] { run_quantlib(q); }, 1); },
                   {}});
    for (int isa = 0; isa < 3; isa++) {
        if (bench_isa_name(isa) == nullptr) continue;
        all.push_back(
            {std::string("kernel ") + bench_isa_name(isa),
             double(count),
             [&q, isa] { return seconds_of([&] { run_kernel(isa, q); }, isa == 0 ? 1 : 20); },
             {}});
    }
    take_turns(all, rounds);
    printf("%s\n%-18s %12s %12s %12s\n", title, "", "M options/s", "ns/option", "x QuantLib");
    double peer = median(all[0].samples);
    for (contender &c : all) {
        double seconds = median(c.samples);
        printf("%-18s %12.2f %12.1f %12.2f\n", c.name.c_str(), count / seconds / 1e6,
               seconds / count * 1e9, peer / seconds);
    }
    run_quantlib(q);
    print_errors("QuantLib LiRS", q);
    run_kernel(0, q);
    print_errors("kernels", q);
}

} // namespace

int main()
{
    pin_to_this_core();
    compare("within two standard deviations", 2);
    compare("within six", 6);
    return 0;
}
