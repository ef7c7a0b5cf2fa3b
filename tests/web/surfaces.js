/* Made-up surfaces and quotes for the pages about them: two underlyings, one of them named with
 * markup, smiles of every state, and quotes of which some are crossed, one-sided or absurd. */
'use strict';

const NOW = Date.UTC(2026, 0, 1, 8);
const DAY = 86400000;
const HOSTILE = '<b>"&\'</svg>';
const ASSETS = { BTC: 90000, [HOSTILE]: 3000 };
const TERMS = [[2, 0.38], [9, 0.41], [37, 0.44], [128, 0.47], [310, 0.5]];
const STATES = ['sparse', 'repaired', 'fitted', 'fitted', 'last_good'];

const time = (days) => new Date(NOW + days * DAY).toISOString().replace('.000', '');
const forward = (asset, days) => ASSETS[asset] * (1 + 0.05 * days / 365);

/* Raw SVI of a level and a width. */
function svi(days, vol, rho) {
    const atm = vol * vol * days / 365;
    const width = Math.sqrt(atm);
    return { a: 0.7 * atm, b: 0.2 * width, rho, m: 0.05 * width, sigma: 1.5 * width };
}

function variance({ a, b, rho, m, sigma }, k) {
    return a + b * (rho * (k - m) + Math.hypot(k - m, sigma));
}

function slice(underlying, index, rho, moved) {
    const [days, vol] = TERMS[index];
    const state = STATES[index];
    return {
        underlying, expiry: time(days), forward: forward(underlying, days) * (1 + moved), rate: 0.03,
        state, ...svi(days, vol + moved, rho), confidence: 0.95 - 0.1 * index, age_s: 3 * index,
        quotes: 30, two_sided: 22, used: 20, judged: 12, inside: 11, mark_inside: 12,
        mark_rmse: 0.0042, spread_vol: 0.011, repair_vol: state === 'repaired' ? 0.012 : 0,
    };
}

/* `moved`: by how much forwards and volatilities differ from the first surface. */
function surface(moved = 0) {
    const slices = [];
    for (const underlying of Object.keys(ASSETS))
        TERMS.forEach((term, index) => slices.push(slice(underlying, index, -0.3, moved)));
    if (moved !== 0) slices.pop(); // one expiry has vanished
    slices.push({ underlying: HOSTILE, expiry: time(400), state: 'none' });
    return {
        schema: 'hpm/surface/1', time: time(0), source: '</p><script>alert(1)</script>', slices,
        across: [{ underlying: 'BTC', rho: -0.3, eta: 0.9, gamma: 0.4, rmse: 0.006 }],
    };
}

/* A corner whose density is negative beside it, below the expiry before in one wing. */
function arbitrage() {
    const made = surface();
    Object.assign(made.slices[3], { a: 0.02, b: 0.5, rho: -0.9, m: 0.1, sigma: 0.01 });
    return made;
}

/* ---- Quotes -------------------------------------------------------------------------------- */

/* Abramowitz and Stegun 26.2.17: to 7.5e-8, enough for quotes in ticks. */
function normal(x) {
    const t = 1 / (1 + 0.2316419 * Math.abs(x));
    const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 +
        t * (-1.821255978 + t * 1.330274429))));
    const tail = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * poly;
    return x > 0 ? 1 - tail : tail;
}

function price(at, strike, vol, years, sign) {
    const width = vol * Math.sqrt(years);
    const d1 = Math.log(at / strike) / width + width / 2;
    return sign * (at * normal(sign * d1) - strike * normal(sign * (d1 - width)));
}

/* In coin, to 4 decimals below for bids and above for asks. */
function option_quote(underlying, index, place, sign) {
    const [days, vol] = TERMS[index];
    const at = forward(underlying, days), years = days / 365;
    const strike = Math.round(at * Math.exp((place - 5) / 2.2 * vol * Math.sqrt(years)) / 5) * 5;
    const own = Math.sqrt(variance(svi(days, vol, -0.3), Math.log(strike / at)) / years);
    const absurd = place === 3 && sign > 0 ? 0.2 : 0;
    const value = (v) => price(at, strike, v, years, sign) / at;
    let bid = Math.floor(value(own + absurd - 0.006) * 1e4) / 1e4;
    let ask = Math.ceil(value(own + absurd + 0.006) * 1e4) / 1e4;
    if (place === 7) [bid, ask] = [ask, bid];
    if (place === 9) ask = 0;
    if (place === 1) bid = 0;
    const name = `made<up>:${Object.keys(ASSETS).indexOf(underlying)}-${index}-${place}-${sign}`;
    return [
        { instrument: name, underlying, settlement: underlying, payoff: 'inverse', contract_size: 1,
            lot: '0.1', kind: 'option', expiry: time(days), strike, type: sign > 0 ? 'call' : 'put' },
        { instrument: name, bid: Math.max(bid, 0), ask: Math.max(ask, 0), bid_size: 5, ask_size: 5,
            mark: value(own), mark_vol: own, underlying: at, open_interest: 10, age_s: 1 },
    ];
}

function quotes() {
    const rows = [];
    for (const underlying of Object.keys(ASSETS))
        for (let index = 0; index < TERMS.length; index++)
            for (let place = 0; place < 11; place++)
                for (const sign of [-1, 1]) rows.push(option_quote(underlying, index, place, sign));
    return {
        schema: 'hpm/quotes/1', time: time(0), reporting: 'USD', source: '"><script>x</script>',
        catalog: {
            schema: 'hpm/catalog/1',
            assets: [{ asset: 'USD', kind: 'fiat' },
                ...Object.keys(ASSETS).map((asset) => ({ asset, kind: 'coin' }))],
            instruments: rows.map(([instrument]) => instrument),
        },
        assets: Object.entries(ASSETS).map(([asset, value]) => ({ asset, price: value })),
        instruments: rows.map(([, quote]) => quote),
    };
}

module.exports = { surface, arbitrage, quotes };
