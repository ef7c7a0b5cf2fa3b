// The fit of a 20-strike SVI slice beside QuantLib's SviInterpolation: interleaved, pinned,
// medians, and how well each fits. Two kinds of smiles: of some SVI slice, and one with noise of a
// quarter volatility point, as quotes have. It is no gate.
#include <cmath>

#include <ql/experimental/volatility/sviinterpolation.hpp>

#include "peers.hpp"

extern "C" {
#include "hpm/svi_fit.h"
}

namespace
{

constexpr size_t strikes = 20, slices = 50;
constexpr int rounds = 11;

struct smile {
    double tau = 0, forward = 0;
    std::vector<double> strike, vol, k, variance, margin;
};

smile make_smile(double noise)
{
    smile s;
    s.tau = std::exp(uniform(std::log(0.01), std::log(1)));
    s.forward = 90000;
    double d = uniform(0.3, 0.9) * std::sqrt(s.tau);
    hpm_svi p = {0, d * uniform(0.2, 0.8), uniform(-0.5, 0.3), d * uniform(-0.3, 0.3),
                 d * uniform(0.5, 1.5)};
    p.a = d * d - hpm_svi_at(&p, 0).variance;
    for (size_t i = 0; i < strikes; i++) {
        double k = d * (-2.5 + 5.0 * double(i) / (strikes - 1));
        double vol = std::sqrt(hpm_svi_at(&p, k).variance / s.tau) + noise * uniform(-1, 1);
        s.k.push_back(k);
        s.strike.push_back(s.forward * std::exp(k));
        s.vol.push_back(vol);
        s.variance.push_back(vol * vol * s.tau);
        s.margin.push_back(2 * vol * s.tau * 0.01);
    }
    return s;
}

// Root mean square of the volatilities' errors.
double ours(const smile &s)
{
    hpm_svi_quotes quotes = {strikes, s.k.data(), s.variance.data(), s.margin.data(), nullptr};
    hpm_svi fit;
    hpm_error error;
    if (hpm_svi_fit(&fit, nullptr, &quotes, nullptr, &error) != HPM_OK) return NAN;
    double sum = 0;
    for (size_t i = 0; i < strikes; i++) {
        double e = std::sqrt(hpm_svi_at(&fit, s.k[i]).variance / s.tau) - s.vol[i];
        sum += e * e;
    }
    return std::sqrt(sum / strikes);
}

double quantlib(const smile &s)
{
    using namespace QuantLib;
    const Real none = Null<Real>();
    try {
        SviInterpolation fit(s.strike.begin(), s.strike.end(), s.vol.begin(), s.tau, s.forward,
                             none, none, none, none, none, false, false, false, false, false,
                             false);
        fit.update();
        return fit.rmsError();
    } catch (const std::exception &) {
        return NAN;
    }
}

void compare(const char *title, double noise)
{
    std::vector<smile> all;
    for (size_t i = 0; i < slices; i++)
        all.push_back(make_smile(noise));
    volatile double sink = 0;
    auto run = [&](double (*fit)(const smile &)) {
        return [&all, &sink, fit] {
            return seconds_of(
                [&] {
                    for (const smile &s : all)
                        sink = fit(s);
                },
                1);
        };
    };
    std::vector<contender> both;
    both.push_back({"SviInterpolation", double(slices), run(quantlib), {}});
    both.push_back({"hpm_svi_fit", double(slices), run(ours), {}});
    take_turns(both, rounds);
    printf("%s\n%-18s %12s %12s %14s %14s\n", title, "", "us/slice", "x QuantLib", "median rms",
           "largest rms");
    double (*fits[])(const smile &) = {quantlib, ours};
    for (size_t i = 0; i < both.size(); i++) {
        std::vector<double> errors;
        int lost = 0;
        for (const smile &s : all) {
            double e = fits[i](s);
            if (std::isnan(e))
                lost++;
            else
                errors.push_back(e);
        }
        double seconds = median(both[i].samples) / slices;
        printf("%-18s %12.1f %12.1f %14.2e %14.2e  not fitted %d\n", both[i].name.c_str(),
               seconds * 1e6, median(both[0].samples) / median(both[i].samples), median(errors),
               *std::max_element(errors.begin(), errors.end()), lost);
    }
}

} // namespace

int main()
{
    pin_to_this_core();
    compare("smiles that are SVI", 0);
    compare("with noise of 0.25 points", 0.0025);
    return 0;
}
