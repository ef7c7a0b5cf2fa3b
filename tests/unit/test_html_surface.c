/* Tests of src/report/html_surface*.c: what stands on the pages about surfaces, that nothing else
 * does, and that the density drawn is one. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>

#include "report/html_surface.h"
#include "surface_page_fixture.h"

static page_world world;

/* The page that `write` gives, to be freed. */
static char *page_of(const page_world *w,
                     int (*write)(FILE *, const hpm_surface_report *, uint32_t))
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_true(write(stream, &w->report, 0));
    assert_int_equal(fclose(stream), 0);
    return text;
}

static uint32_t count_of(const char *text, const char *part)
{
    uint32_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

/* Names and sources are made of markup: none of it may stand there as such. */
static void check_markup(const char *page)
{
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "made<up>"));
    assert_null(strstr(page, "<b>\""));
    assert_int_equal(count_of(page, "<svg"), count_of(page, "</svg>"));
    assert_null(strstr(page, ">nan")); /* in a figure */
    assert_null(strstr(page, " nan")); /* in a path */
    assert_null(strstr(page, " inf"));
}

static void test_fit(void **state)
{
    (void)state;
    page_world_begin(&world);
    char *page = page_of(&world, hpm_html_surface_fit);
    check_markup(page);
    /* A smile and a density for each of the seven that have one, a fan for the underlying with
     * several, two charts over time. */
    assert_int_equal(count_of(page, "<div class=\"card\">"), 7);
    assert_int_equal(count_of(page, "<title>Volatility over log-moneyness"), 7);
    assert_int_equal(count_of(page, "<title>Risk-neutral density"), 7);
    assert_int_equal(count_of(page, "<title>Total variance"), 1);
    assert_int_equal(count_of(page, "over time to expiry</title>"), 2);
    /* Of 15 strikes, each with a put and a call: nine two-sided, one ask and one bid alone, two
     * wrong; two say nothing. */
    assert_int_equal(count_of(page, "<path class=\"quote\" d=\"M14"), 1 + 1);
    assert_int_equal(count_of(page, ": two-sided</title>"), 7 * 18);
    assert_int_equal(count_of(page, ": no bid</title>"), 7 * 2);
    assert_int_equal(count_of(page, ": outlier</title>"), 7 * 2);
    assert_int_equal(count_of(page, "class=\"quote wrong\" d=\"M14"), 2); /* legends */
    assert_int_equal(count_of(page, "class=\"quote wrong\""), 7 * 4 + 2);
    assert_int_equal(count_of(page, "crossed; and 1 more</p>"), 7);
    /* A band for what was repaired, and badges. */
    assert_int_equal(count_of(page, "<path class=\"repair\" d=\"M"), 2 + 2);
    assert_int_equal(count_of(page, "<span class=\"badge warn\""), 4);
    assert_int_equal(count_of(page, "<span class=\"badge no\""), 1);
    assert_non_null(strstr(page, "data-key=\"slices/4/atm_vol\" value=\"0.44"));
    assert_non_null(strstr(page, "data-key=\"across/1/rho\" value=\"-0.31\">"));
    assert_non_null(strstr(page, "No two lines cross"));
    assert_null(strstr(page, "class=\"dot worst\""));
    free(page);
    page_world_end(&world);
}

/* Hidden slices have no place in the JSON form, and those behind them move up. */
static void test_shown(void **state)
{
    static const uint8_t shown[PAGE_SLICES] = {[4] = 1, [6] = 1};
    (void)state;
    page_world_begin(&world);
    world.report.shown = shown;
    world.report.fit = NULL;
    world.report.quotes = NULL;
    world.report.rules = NULL;
    char *page = page_of(&world, hpm_html_surface_show);
    check_markup(page);
    assert_int_equal(count_of(page, "<div class=\"card\">"), 2);
    assert_non_null(strstr(page, "<bdi>BTC</bdi></h2>"));
    assert_int_equal(count_of(page, "<h2>"), 1);
    assert_null(strstr(page, "<a href")); /* nothing to choose from */
    assert_non_null(strstr(page, "slices/1/forward"));
    assert_null(strstr(page, "slices/2/forward"));
    assert_null(strstr(page, "bid to ask"));
    assert_null(strstr(page, ": two-sided</title>"));
    free(page);
    page_world_end(&world);
}

static void check_world(page_world *w)
{
    page_world_begin(w);
    for (uint32_t i = 0; i < PAGE_SLICES; i++)
        w->checks[i] = (hpm_slice_check){0.02, -0.1, 0.001, 0.1, 1};
    w->checks[0].step_at = NAN;
    w->checks[2].step_at = NAN;
    w->report.fit = NULL;
    w->report.quotes = NULL;
    w->report.checks = w->checks;
    w->report.tallies = w->tallies;
}

static void test_check(void **state)
{
    (void)state;
    check_world(&world);
    char *page = page_of(&world, hpm_html_surface_check);
    check_markup(page);
    assert_int_equal(count_of(page, "✓ PASS"), 7);
    assert_non_null(strstr(page, "6 of 6"));
    assert_null(strstr(page, "✗ FAIL"));
    assert_null(strstr(page, "<path class=\"dot worst\" d=\"M0"));
    assert_int_equal(count_of(page, "class=\"below\""), 2); /* legends */
    free(page);
    page_world_end(&world);
}

/* A slice with a corner has a negative density beside it, and crosses the one behind it. */
static void test_arbitrage(void **state)
{
    (void)state;
    check_world(&world);
    world.slices[5].svi = (hpm_svi){0.02, 0.5, -0.9, 0.1, 0.01};
    world.checks[5].least_density =
        hpm_svi_least_density(&world.checks[5].density_at, &world.slices[5].svi, 6, 400);
    world.checks[6].least_step = -0.01;
    assert_true(world.checks[5].least_density < 0);
    char *page = page_of(&world, hpm_html_surface_check);
    check_markup(page);
    assert_int_equal(count_of(page, "✗ FAIL"), 2);
    assert_non_null(strstr(page, "4 of 6"));
    assert_int_equal(count_of(page, "class=\"below\""), 2 + 1);
    assert_true(count_of(page, "class=\"dot worst\"") > 3);
    assert_non_null(strstr(page, "expiries have less total variance"));
    assert_null(strstr(page, "No two lines cross"));
    free(page);
    page_world_end(&world);
}

static void test_diff(void **state)
{
    static page_world other;
    static hpm_surface_diff_row rows[PAGE_SLICES];
    (void)state;
    page_world_begin(&world);
    page_world_begin(&other);
    for (uint32_t i = 0; i < PAGE_SLICES; i++) {
        rows[i] = (hpm_surface_diff_row){HPM_SLICE_MOVED, i, i};
        if (i != 4) other.slices[i].svi.a *= 1.1;
    }
    rows[2] = (hpm_surface_diff_row){HPM_SLICE_NEW, HPM_NONE, 2};
    rows[4].change = HPM_SLICE_SAME;
    rows[7] = (hpm_surface_diff_row){HPM_SLICE_VANISHED, 7, HPM_NONE};
    hpm_surface_figures(other.figures, &other.fit.surface);
    const hpm_surface_diff diff = {world.report, other.report, rows, PAGE_SLICES, 0, 0};
    char *page = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&page, &size);
    assert_true(hpm_html_surface_diff(stream, &diff, 0));
    assert_int_equal(fclose(stream), 0);
    check_markup(page);
    /* Two smiles where both are known and something has moved. */
    assert_int_equal(count_of(page, "<div class=\"card\">"), 4);
    assert_int_equal(count_of(page, "<title>Volatility after less before"), 4);
    assert_non_null(strstr(page, "slices/3/before/atm_vol"));
    assert_non_null(strstr(page, "slices/3/after/atm_vol"));
    assert_null(strstr(page, "slices/2/before"));
    assert_null(strstr(page, "slices/7/after"));
    assert_non_null(strstr(page, "The two surfaces differ."));
    free(page);
    page_world_end(&other);
    page_world_end(&world);
}

/* The density of a slice without arbitrage is a distribution: its integral is 1, and the price at
 * expiry is worth the forward. */
static void test_density(void **state)
{
    (void)state;
    page_world_begin(&world);
    for (uint32_t i = 0; i < PAGE_SLICES; i++) {
        const hpm_slice *slice = &world.slices[i];
        if (slice->state == HPM_SLICE_NONE) continue;
        const double deviation = hpm_slice_deviation(slice), step = deviation / 200;
        double mass = 0, price = 0;
        for (int j = -4000; j <= 4000; j++) {
            const double density = hpm_slice_density(slice, j * step);
            assert_true(density >= 0);
            mass += density * step;
            price += density * hpm_exp(j * step) * step;
        }
        assert_true(fabs(mass - 1) < 1e-6);
        assert_true(fabs(price - 1) < 1e-6);
    }
    page_world_end(&world);
}

static void test_expiry(void **state)
{
    char text[HPM_FORMAT_SIZE];
    (void)state;
    hpm_expiry_format(text, PAGE_NOW_NS);
    assert_string_equal(text, "2026-01-01");
    hpm_expiry_format(text, PAGE_NOW_NS + INT64_C(3600000000000));
    assert_string_equal(text, "2026-01-01 09:00Z");
}

static void test_strike_ticks(void **state)
{
    const hpm_scale scale = {-0.25, 0.25};
    hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX];
    (void)state;
    assert_int_equal(hpm_strike_ticks(ticks, &scale, 50000, 5), 5);
    assert_string_equal(ticks[0].label, "-0.2");
    assert_string_equal(ticks[0].second, "40.9k");
    assert_string_equal(ticks[2].label, "0");
    assert_string_equal(ticks[2].second, "50.0k");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fit),    cmocka_unit_test(test_shown),
        cmocka_unit_test(test_check),  cmocka_unit_test(test_arbitrage),
        cmocka_unit_test(test_diff),   cmocka_unit_test(test_density),
        cmocka_unit_test(test_expiry), cmocka_unit_test(test_strike_ticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
