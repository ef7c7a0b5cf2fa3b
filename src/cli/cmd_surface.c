/* hpm surface: volatility surfaces from raw quotes, and what can be asked of them. */
#include "commands.h"
#include "io/importers.h"
#include "surface_commands.h"

const char *const hpm_surface_formats[] = {"text", "json", "html", NULL};

static const hpm_command children[] = {
    {
        .name = "surface fit",
        .summary = "a surface from raw quotes",
        .operands = "FILE...",
        .text =
            "Fits a volatility surface to raw quotes: forwards and rates from futures and put-call "
            "parity, one SVI slice an expiry, no butterfly arbitrage within and no calendar "
            "arbitrage across expiries, and how far each can be trusted. FILE is a document of "
            "quotes; with --from any of that venue's own files, read as 'hpm import' does, with "
            "its notes on stderr. The same quotes, in any order, give the same surface and the "
            "same hash.\n"
            "\n"
            "Prints a table, or with --format json the surface document, which --output writes to "
            "a file as well. --market-out writes a market with the surface's forwards and smiles, "
            "ready for 'hpm margin'. With --before an earlier surface stands in for expiries "
            "without usable quotes. Exits with 1 if the surface has arbitrage somewhere, which the "
            "report then says.",
        .examples =
            "  hpm surface fit quotes.json --output surface.json\n" HPM_SURFACE_FIT_EXAMPLE
            "  hpm surface fit quotes.json --before yesterday.json --format json > now.json\n"
            "  hpm surface fit quotes.json --format html > surface.html\n",
        .options = hpm_surface_fit_options,
        .run = hpm_surface_fit_run,
        .operands_min = 1,
        .operands_max = UINT32_MAX,
    },
    {
        .name = "surface show",
        .summary = "forwards, term structure and smiles of a surface",
        .operands = "SURFACE",
        .text = "Prints what a surface says: of each expiry the forward, the volatility at the "
                "money and from the expiry before, the 25-delta risk reversal and butterfly, and "
                "the smile at deltas 10, 25 and 50 with the strikes that these are at.",
        .examples = "  hpm surface show surface.json\n"
                    "  hpm surface show surface.json --underlying BTC --expiry 2026-03-27\n"
                    "  hpm surface show surface.json --format html > surface.html\n",
        .options = hpm_surface_show_options,
        .run = hpm_surface_show_run,
        .operands_min = 1,
        .operands_max = 1,
    },
    {
        .name = "surface check",
        .summary = "whether surfaces are free of arbitrage",
        .operands = "SURFACE...",
        .text =
            "Checks the density of each expiry at 400 strikes within 6 standard deviations, and "
            "its total variance against the expiry before at 200 places within 6 of each of the "
            "two; 'proved' means for all strikes. Exits with 1 if there is arbitrage. With "
            "--quotes also how many two-sided quotes have the surface's price between bid and "
            "ask, and the venue's own marks beside it.",
        .examples = "  hpm surface check surface.json\n"
                    "  hpm surface check surface.json --quotes quotes.json --format json\n",
        .options = hpm_surface_check_options,
        .run = hpm_surface_check_run,
        .operands_min = 1,
        .operands_max = UINT32_MAX,
    },
    {
        .name = "surface diff",
        .summary = "what moved between two surfaces",
        .operands = "BEFORE AFTER",
        .text =
            "Prints for each expiry that moved forward, volatility at the money, risk reversal and "
            "butterfly, and how it was fitted; expiries that are new and that vanished; how many "
            "are the same; and whether the canonical forms are equal.",
        .examples = "  hpm surface diff yesterday.json today.json\n",
        .options = hpm_surface_diff_options,
        .run = hpm_surface_diff_run,
        .operands_min = 2,
        .operands_max = 2,
    },
    {
        .name = "surface apply",
        .summary = "a market with the forwards and smiles of a surface",
        .operands = "SURFACE MARKET",
        .text = "Prints the market document with the surface's forwards, rates and smiles, aged to "
                "the market's time. Where the surface has a smile, volatilities of single options "
                "are left out: the smile stands for them.",
        .examples = "  hpm surface apply surface.json market.json > fitted.json\n",
        .options = hpm_surface_apply_options,
        .run = hpm_surface_apply_run,
        .operands_min = 2,
        .operands_max = 2,
    },
    {.name = NULL},
};

const hpm_command hpm_command_surface = {
    .name = "surface",
    .summary = "volatility surfaces: fit, show, check and compare them",
    .text =
        "A surface is one arbitrage-free smile an expiry, fitted to raw quotes, and how far each "
        "can be trusted.",
    .examples = "  hpm surface fit quotes.json --output surface.json\n"
                "  hpm surface check surface.json\n",
    .children = children,
};
