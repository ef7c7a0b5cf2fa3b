// Speed of the price kernels beside QuantLib and numpy: interleaved, pinned to one core, medians.
//
// C++ only because QuantLib is. Prints a table; it is no gate. The numpy peer is a child process
// (tests/bench/black76_numpy.py) that runs only while this one waits for it, on the same core.
#include <csignal>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

#include <ql/pricingengines/blackformula.hpp>

#include "peers.hpp"

extern "C" {
#include "bench_kernels.h"
}

namespace
{

constexpr size_t count = 2000;        // 96 KB of inputs and output: second-level cache
constexpr size_t numpy_count = 20000; // larger, which is kinder to numpy
constexpr size_t fill_options = 2000, fill_scenarios = 100;
constexpr int rounds = 31;

struct arrays {
    std::vector<double> forward, strike, total_vol, discount, sign, value;
};

arrays make_arrays(size_t n)
{
    arrays a;
    for (size_t i = 0; i < n; i++) {
        a.forward.push_back(uniform(70000, 130000));
        a.strike.push_back(uniform(50000, 150000));
        a.total_vol.push_back(uniform(0.05, 0.65));
        a.discount.push_back(uniform(0.95, 1));
        a.sign.push_back(uniform(0, 1) < 0.5 ? 1 : -1);
    }
    a.value.resize(n);
    return a;
}

void run_quantlib(arrays &a)
{
    for (size_t i = 0; i < count; i++)
        a.value[i] =
            QuantLib::blackFormula(a.sign[i] > 0 ? QuantLib::Option::Call : QuantLib::Option::Put,
                                   a.strike[i], a.forward[i], a.total_vol[i], a.discount[i]);
}

// The numpy child and the pipes to it.
struct numpy_peer {
    FILE *to = nullptr, *from = nullptr;

    explicit numpy_peer(const char *script)
    {
        int down[2], up[2];
        if (pipe(down) != 0 || pipe(up) != 0) return;
        if (fork() == 0) {
            dup2(down[0], 0);
            dup2(up[1], 1);
            close(down[1]);
            close(up[0]);
            const char *python = getenv("PYTHON");
            if (python == nullptr) python = "/usr/bin/python3";
            setenv("OMP_NUM_THREADS", "1", 1);
            execlp(python, python, script, static_cast<char *>(nullptr));
            _exit(127);
        }
        close(down[0]);
        close(up[1]);
        to = fdopen(down[1], "w");
        from = fdopen(up[0], "r");
        fprintf(to, "%zu\n", numpy_count);
    }

    double seconds()
    {
        double answer = 0;
        fprintf(to, "run 3\n");
        fflush(to);
        return fscanf(from, "%lf", &answer) == 1 ? answer : -1;
    }
};

void print_table(std::vector<contender> &all, size_t quantlib, size_t numpy)
{
    auto rate = [&](size_t i) { return all[i].options / median(all[i].samples) / 1e6; };
    printf("%-18s %12s %12s %12s %12s\n", "", "M options/s", "ns/option", "x QuantLib", "x numpy");
    for (size_t i = 0; i < all.size(); i++) {
        double r = rate(i);
        printf("%-18s %12.1f %12.2f %12.1f", all[i].name.c_str(), r, 1e3 / r, r / rate(quantlib));
        if (numpy < all.size()) printf(" %12.1f", r / rate(numpy));
        printf("\n");
    }
}

} // namespace

int main(int argc, char **argv)
{
    pin_to_this_core();
    arrays a = make_arrays(count);
    bench_fill *fill = bench_fill_new(fill_options, fill_scenarios);
    std::vector<contender> all;
    signal(SIGPIPE, SIG_IGN);
    all.push_back(
        {"QuantLib", double(count), [&] { return seconds_of([&] { run_quantlib(a); }, 3); }, {}});
    numpy_peer numpy(argc > 1 ? argv[1] : "tests/bench/black76_numpy.py");
    size_t numpy_index = ~size_t(0);
    if (numpy.to != nullptr && numpy.seconds() > 0) {
        numpy_index = all.size();
        all.push_back({"numpy", double(numpy_count), [&] { return numpy.seconds(); }, {}});
    }
    std::vector<std::pair<size_t, size_t>> pairs; // kernel and fill of one instruction set
    for (int isa = 0; isa < 3; isa++) {
        const char *name = bench_isa_name(isa);
        if (name == nullptr) continue;
        int repeats = isa == 0 ? 2 : 40;
        pairs.push_back({all.size(), all.size() + 1});
        all.push_back({std::string("kernel ") + name,
                       double(count),
                       [&a, isa, repeats] {
                           return seconds_of(
                               [&] {
                                   bench_black76(isa, a.value.data(), a.forward.data(),
                                                 a.strike.data(), a.total_vol.data(),
                                                 a.discount.data(), a.sign.data(), count);
                               },
                               repeats);
                       },
                       {}});
        all.push_back({std::string("fill ") + name,
                       double(fill_options * fill_scenarios),
                       [fill, isa] { return seconds_of([&] { bench_fill_run(isa, fill); }, 1); },
                       {}});
    }
    take_turns(all, rounds);
    print_table(all, 0, numpy_index);
    for (auto [kernel, row] : pairs) {
        double k = median(all[kernel].samples) / all[kernel].options;
        double f = median(all[row].samples) / all[row].options;
        printf("%s: %zu x %zu in %.3f ms, %.2f x the kernel's time an option\n",
               all[row].name.c_str(), fill_options, fill_scenarios, f * all[row].options * 1e3,
               f / k);
    }
    return 0;
}
