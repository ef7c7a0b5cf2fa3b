// What benchmarks beside C++ peers share: seeded numbers, times, contenders that take turns.
#ifndef HPM_BENCH_PEERS_HPP
#define HPM_BENCH_PEERS_HPP

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

using clock_type = std::chrono::steady_clock;

inline double uniform(double low, double high)
{
    static unsigned long long state = 1;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return low + (high - low) * static_cast<double>(state >> 11) * 0x1p-53;
}

inline double seconds_of(const std::function<void()> &work, int repeats)
{
    auto start = clock_type::now();
    for (int i = 0; i < repeats; i++)
        work();
    return std::chrono::duration<double>(clock_type::now() - start).count() / repeats;
}

inline double median(std::vector<double> v)
{
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
}

struct contender {
    std::string name;
    double options;                  // priced in one call of `seconds`
    std::function<double()> seconds; // one measurement
    std::vector<double> samples;
};

inline void pin_to_this_core()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(sched_getcpu(), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) perror("sched_setaffinity");
}

// Everybody in turn, round by round, after two rounds to warm up.
inline void take_turns(std::vector<contender> &all, int rounds)
{
    for (int round = -2; round < rounds; round++)
        for (contender &c : all) {
            double seconds = c.seconds();
            if (round >= 0) c.samples.push_back(seconds);
        }
}

#endif
