/* Speed of the account scan beside scipy.sparse, and of the pre-trade scan beside the memory.
 *
 * Accounts: 2,000 instruments x 100 scenarios, 10 positions each, 1 k to 1 M accounts. Both sides
 * have the same data (from one generator, through files), run in turn on one core, pinned; the
 * medians of the rounds are shown, and every account's worst loss is compared. Lots of two sizes
 * make the library take its two fast forms: doubles up to 2^53 and int64 above. The peer works in
 * int64 for both, in one product (`whole`) and in slices whose result stays in its cache. Both
 * sides count their processor time, so that other work on the machine does not count as theirs.
 *
 * Orders: one more row on one cached total of 100 columns. Warm: 64 accounts and 16 instruments in
 * turn. Cold: a random one of a million totals (800 MB) and a random row. Calls are chained: each
 * waits for the answer of the one before, so that this is latency and not throughput; samples are
 * chains of 32 calls, divided. What memory alone costs is measured in the same rounds by a chase
 * over the same totals and rows in the same order: per step one load from the total, then one load
 * from the row, each of which waits for the one before. That is one line of each of the two
 * regions; the scan needs 13 or 14 lines of each.
 *
 * usage: bench_scan [PYTHON_SCRIPT [ACCOUNTS_MAX]]. Prints tables; it is no gate. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "hpm/risk.h"
#include "risk/risk_kernels.h"

#define INSTRUMENTS 2000
#define SCENARIOS   100
#define STRIDE      112
#define LEGS        10
#define ACCOUNTS    1000000
#define TICK_LIMIT  1000000000000
#define ROUNDS      9
#define CHAIN       32
#define CHAINS      2000

static uint64_t random_state = 88172645463325252u;

static uint64_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static int64_t random_within(int64_t limit)
{
    return (int64_t)(random_bits() % (2 * (uint64_t)limit + 1)) - limit;
}

static double clock_s(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts its samples. */
static double quantile(double *samples, size_t count, double q)
{
    qsort(samples, count, sizeof *samples, compare_doubles);
    return samples[(size_t)(q * (double)(count - 1))];
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

#define HUGE_PAGE ((size_t)2 << 20)

/* Zeros, for the life of the program. Huge pages need a start that is aligned to them. */
static void *take(size_t bytes, int huge)
{
    bytes = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    char *memory =
        mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) die("mmap");
    memory += (HUGE_PAGE - (uintptr_t)memory % HUGE_PAGE) % HUGE_PAGE;
    if (huge) madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

static void pin_to_this_core(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)sched_getcpu(), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) perror("sched_setaffinity");
}

/* ---- the array, with no market behind it ---- */

static hpm_risk_array make_array(hpm_catalog *catalog)
{
    size_t entries = (size_t)INSTRUMENTS * STRIDE;
    memset(catalog, 0, sizeof *catalog);
    catalog->instrument_count = INSTRUMENTS;
    hpm_risk_array array = {
        .catalog = catalog,
        .scenario_count = SCENARIOS,
        .extra = (SCENARIOS + 7) / 8 * 8,
        .stride = STRIDE,
        .ticks = take(entries * 8, 1),
        .ticks_real = take(entries * 8, 1),
        .row_bound = take(INSTRUMENTS * 8, 0),
        .row_state = take(INSTRUMENTS, 0),
    };
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        for (size_t j = 0; j < SCENARIOS; j++) {
            int64_t tick = random_within(TICK_LIMIT);
            array.ticks[i * STRIDE + j] = tick;
            array.ticks_real[i * STRIDE + j] = (double)tick;
        }
        array.row_bound[i] = TICK_LIMIT;
    }
    return array;
}

/* ---- accounts, and the peer that scans the same ones ---- */

typedef struct crowd {
    uint64_t *first;
    uint32_t *instruments;
    int64_t *lots;
    int64_t *worst, *peer_worst;
    uint32_t *worst_column;
} crowd;

static crowd make_crowd(int64_t lots_limit)
{
    crowd c = {
        take((ACCOUNTS + 1) * 8, 1),   take(ACCOUNTS * LEGS * 4, 1),  take(ACCOUNTS * LEGS * 8, 1),
        take((size_t)ACCOUNTS * 8, 1), take((size_t)ACCOUNTS * 8, 1), take((size_t)ACCOUNTS * 4, 1),
    };
    for (uint64_t a = 0; a <= ACCOUNTS; a++)
        c.first[a] = a * LEGS;
    for (size_t p = 0; p < ACCOUNTS * LEGS; p++) {
        c.instruments[p] = (uint32_t)(random_bits() % INSTRUMENTS);
        c.lots[p] = random_within(lots_limit);
    }
    return c;
}

typedef struct peer {
    FILE *to, *from;
    char folder[256], array[288], legs[288], worst[288];
} peer;

/* Two arrays, one after the other. */
static void write_file(const char *path, const void *a, size_t a_bytes, const void *b,
                       size_t b_bytes)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(a, 1, a_bytes, file) != a_bytes || fwrite(b, 1, b_bytes, file) != b_bytes ||
        fclose(file) != 0)
        die(path);
}

static void peer_exec(const peer *p, const char *script, int in, int out)
{
    const char *python = getenv("PYTHON") ? getenv("PYTHON") : "/usr/bin/python3";
    char columns[16];
    snprintf(columns, sizeof columns, "%d", SCENARIOS);
    dup2(in, 0);
    dup2(out, 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    execlp(python, python, script, p->array, columns, (char *)NULL);
    _exit(127);
}

static void peer_start(peer *p, const char *script, const hpm_risk_array *array)
{
    int down[2], up[2];
    const char *temporary = getenv("TMPDIR");
    snprintf(p->folder, sizeof p->folder, "%.200s/bench_scan_XXXXXX",
             temporary ? temporary : "/tmp");
    if (!mkdtemp(p->folder)) die("mkdtemp");
    snprintf(p->array, sizeof p->array, "%s/array", p->folder);
    snprintf(p->legs, sizeof p->legs, "%s/legs", p->folder);
    snprintf(p->worst, sizeof p->worst, "%s/worst", p->folder);
    int64_t *packed = take(INSTRUMENTS * SCENARIOS * 8, 0);
    for (size_t i = 0; i < INSTRUMENTS; i++)
        memcpy(packed + i * SCENARIOS, array->ticks + i * STRIDE, SCENARIOS * 8);
    write_file(p->array, packed, INSTRUMENTS * SCENARIOS * 8, packed, 0);
    if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) die("pipe");
    if (fork() == 0) peer_exec(p, script, down[0], up[1]);
    close(down[0]);
    close(up[1]);
    p->to = fdopen(down[1], "w");
    p->from = fdopen(up[0], "r");
}

static void peer_stop(peer *p)
{
    fclose(p->to);
    fclose(p->from);
    unlink(p->array);
    unlink(p->legs);
    unlink(p->worst);
    rmdir(p->folder);
}

/* The peer's answer, or -1 if it has gone. */
static double peer_ask(peer *p, const char *line)
{
    double answer;
    fprintf(p->to, "%s\n", line);
    fflush(p->to);
    return fscanf(p->from, "%lf", &answer) == 1 ? answer : -1;
}

static int peer_load(peer *p, const crowd *c, uint64_t accounts)
{
    char line[400];
    write_file(p->legs, c->instruments, accounts * LEGS * 4, c->lots, accounts * LEGS * 8);
    snprintf(line, sizeof line, "load %llu %d %s", (unsigned long long)accounts, LEGS, p->legs);
    return peer_ask(p, line) == 0;
}

/* Of our last scan and the peer's. */
static const char *compare_worst(peer *p, crowd *c, uint64_t accounts)
{
    char line[400];
    snprintf(line, sizeof line, "worst %s", p->worst);
    if (peer_ask(p, line) != 0) return "no peer";
    FILE *file = fopen(p->worst, "rb");
    if (!file || fread(c->peer_worst, 8, accounts, file) != accounts) die(p->worst);
    fclose(file);
    return memcmp(c->worst, c->peer_worst, accounts * 8) == 0 ? "same" : "DIFFERENT";
}

static double scan_seconds(const hpm_context *context, const hpm_risk_array *array, crowd *c,
                           uint64_t accounts)
{
    uint64_t repeats = 100000 / accounts + 1;
    double start = clock_s(CLOCK_PROCESS_CPUTIME_ID);
    for (uint64_t r = 0; r < repeats; r++)
        if (hpm_scan_worst(context, c->worst, c->worst_column, array, c->first, c->instruments,
                           c->lots, accounts) != HPM_OK)
            die("hpm_scan_worst");
    return (clock_s(CLOCK_PROCESS_CPUTIME_ID) - start) / (double)repeats;
}

static const struct {
    const char *form;
    int64_t lots_limit;
} forms[] = {{"doubles", 100}, {"int64", 50000}};

static const hpm_risk_kernels *tables[4] = {&hpm_risk_kernels_base};

static void find_tables(void)
{
#if defined(__x86_64__)
    int n = 1;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        tables[n++] = &hpm_risk_kernels_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        tables[n++] = &hpm_risk_kernels_avx512;
#endif
}

static double rate_of(double *seconds, uint64_t accounts)
{
    return (double)accounts / quantile(seconds, ROUNDS, 0.5);
}

static void bench_accounts(const hpm_risk_array *array, crowd *c, peer *p, const char *form,
                           uint64_t accounts)
{
    double ours[4][ROUNDS], whole[ROUNDS], sliced[ROUNDS];
    if (!peer_load(p, c, accounts)) die("the peer does not answer");
    for (int round = 0; round < ROUNDS; round++) {
        whole[round] = peer_ask(p, accounts > 10000 ? "whole 1" : "whole 5");
        sliced[round] = peer_ask(p, accounts > 10000 ? "sliced 1" : "sliced 5");
        for (int n = 0; tables[n]; n++) {
            hpm_context context = {.risk = tables[n]};
            ours[n][round] = scan_seconds(&context, array, c, accounts);
        }
    }
    double whole_rate = rate_of(whole, accounts), sliced_rate = rate_of(sliced, accounts);
    for (int n = 0; tables[n]; n++) {
        double rate = rate_of(ours[n], accounts);
        printf("%-8s %-7s %9llu %9.2f %9.2f %9.2f %8.1f %8.1f %6s\n", form, tables[n]->isa,
               (unsigned long long)accounts, rate * 1e-6, whole_rate * 1e-6, sliced_rate * 1e-6,
               rate / whole_rate, rate / sliced_rate, compare_worst(p, c, accounts));
    }
    fflush(stdout);
}

static void bench_all_accounts(const hpm_risk_array *array, const char *script, uint64_t most)
{
    peer p;
    peer_start(&p, script, array);
    printf("%-8s %-7s %9s %9s %9s %9s %8s %8s %6s\n", "sums", "kernels", "accounts", "M/s", "whole",
           "sliced", "x whole", "x sliced", "worst");
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        crowd c = make_crowd(forms[f].lots_limit);
        for (uint64_t accounts = 1000; accounts <= most; accounts *= 10)
            bench_accounts(array, &c, &p, forms[f].form, accounts);
    }
    peer_stop(&p);
}

/* ---- one order on a cached total ---- */

/* Which total and which row, CHAIN a sample. */
typedef struct visits {
    const int64_t *totals; /* [account][SCENARIOS] */
    uint32_t *accounts, *instruments;
    uint64_t zero; /* that the compiler cannot see: makes each address wait for an answer */
} visits;

static double chase_seconds(const hpm_risk_array *array, const visits *v, size_t first)
{
    uint64_t wait = 0;
    double start = clock_s(CLOCK_MONOTONIC);
    for (size_t i = first; i < first + CHAIN; i++) {
        size_t at = (size_t)v->accounts[i] * SCENARIOS + wait;
        wait = (uint64_t)v->totals[at] & v->zero;
        at = (size_t)v->instruments[i] * STRIDE + wait;
        wait = (uint64_t)array->ticks[at] & v->zero;
    }
    double seconds = clock_s(CLOCK_MONOTONIC) - start;
    return (wait ? 1e9 : seconds) / CHAIN;
}

static double order_seconds(const hpm_context *context, const hpm_risk_array *array,
                            const visits *v, size_t first)
{
    uint64_t wait = 0;
    double start = clock_s(CLOCK_MONOTONIC);
    for (size_t i = first; i < first + CHAIN; i++) {
        int64_t worst;
        uint32_t column;
        if (hpm_scan_order(context, &worst, &column, array,
                           v->totals + (size_t)v->accounts[i] * SCENARIOS + wait, v->instruments[i],
                           5) != HPM_OK)
            die("hpm_scan_order");
        wait = ((uint64_t)worst ^ column) & v->zero;
    }
    double seconds = clock_s(CLOCK_MONOTONIC) - start;
    return (wait ? 1e9 : seconds) / CHAIN;
}

static void visit_randomly(visits *v, uint32_t accounts, uint32_t instruments)
{
    for (size_t i = 0; i < (size_t)CHAIN * CHAINS; i++) {
        v->accounts[i] = (uint32_t)(random_bits() % accounts);
        v->instruments[i] = (uint32_t)(random_bits() % instruments);
    }
}

static void bench_orders(const hpm_risk_array *array, visits *v, const char *what)
{
    static double samples[5][CHAINS];
    for (size_t s = 0; s < CHAINS; s++) {
        /* Each contender visits chains that the others have not just fetched. */
        samples[4][s] = chase_seconds(array, v, s * CHAIN);
        for (int n = 0; tables[n]; n++) {
            hpm_context context = {.risk = tables[n]};
            size_t chain = (s + (size_t)(n + 1) * CHAINS / 4) % CHAINS;
            samples[n][s] = order_seconds(&context, array, v, chain * CHAIN);
        }
    }
    double chase = quantile(samples[4], CHAINS, 0.5);
    for (int n = 0; tables[n]; n++)
        printf("%-24s %-7s %8.1f %8.1f %8.1f %8.2f\n", what, tables[n]->isa,
               quantile(samples[n], CHAINS, 0.5) * 1e9, quantile(samples[n], CHAINS, 0.99) * 1e9,
               chase * 1e9, quantile(samples[n], CHAINS, 0.5) / chase);
    fflush(stdout);
}

static void bench_all_orders(const hpm_risk_array *array, uint32_t accounts)
{
    volatile uint64_t zero = 0;
    size_t visit_count = (size_t)CHAIN * CHAINS, entries = (size_t)accounts * SCENARIOS;
    visits v = {NULL, take(visit_count * 4, 0), take(visit_count * 4, 0), zero};
    printf("\n%-24s %-7s %8s %8s %8s %8s\n", "one order", "kernels", "p50 ns", "p99 ns", "chase",
           "ratio");
    for (int huge = 0; huge < 2; huge++) {
        int64_t *totals = take(entries * 8, huge);
        for (size_t i = 0; i < entries; i++)
            totals[i] = random_within(TICK_LIMIT * 100);
        v.totals = totals;
        if (!huge) {
            visit_randomly(&v, 64, 16);
            bench_orders(array, &v, "warm");
            bench_orders(array, &v, "warm");
        }
        visit_randomly(&v, accounts, INSTRUMENTS);
        bench_orders(array, &v, huge ? "cold, huge pages" : "cold, 4 KiB pages");
        munmap(totals, entries * 8);
    }
}

int main(int argc, char **argv)
{
    hpm_catalog catalog;
    uint64_t most = argc > 2 ? strtoull(argv[2], NULL, 10) : ACCOUNTS;
    if (most > ACCOUNTS) most = ACCOUNTS;
    pin_to_this_core();
    signal(SIGPIPE, SIG_IGN);
    find_tables();
    hpm_risk_array array = make_array(&catalog);
    bench_all_accounts(&array, argc > 1 ? argv[1] : "tests/bench/scan_scipy.py", most);
    bench_all_orders(&array, (uint32_t)most);
    return 0;
}
