/* Holds the pages that hpm writes in a real browser: they ask for nothing, fit narrow and wide
 * screens, can be read in both colour schemes, and show the figures of the JSON reports.
 *
 * Usage: node pages.js PROGRAM. Prints TAP. HPM_CHROMIUM names the browser; HPM_SCREENSHOTS a
 * folder for pictures, for people to look at. */
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const http = require('http');
const os = require('os');
const path = require('path');
const { chromium } = require('playwright-core');
const inspect = require('./inspect.js');
const surfaces = require('./surfaces.js');

const ROOT = path.resolve(__dirname, '..', '..');
const CONTRAST_LEAST = 4.5;
/* Colours do not depend on the width between a phone's and a desk's. */
const VIEWS = [[390, 'light'], [390, 'dark'], [768, 'light'], [1400, 'light'], [1400, 'dark']];
const CONTRAST_WIDTHS = [390, 1400];

/* ---- What is looked at --------------------------------------------------------------------- */

const sample = (name) => ['--account', `samples/templates/${name}.json`];

/* Name, arguments, and another command than `margin`. */
const CASES = [
    ['box', sample('box')],
    ['calendar', sample('calendar')],
    ['covered call between nodes', [...sample('covered-call'), '--off-grid']],
    ['market maker', sample('market-maker')],
    ['multi-collateral', sample('multi-collateral')],
    ['naked short call under deribit-pm', [...sample('naked-short-call'), '-r', 'deribit-pm']],
    ['strangle under derive-pmrm1', [...sample('short-strangle'), '-r', 'derive-pmrm1']],
    ['several accounts', ['--account', 'samples/accounts.jsonl', ...sample('cash-and-carry')]],
    ['table of accounts', ['--account', 'samples/accounts.jsonl', '--brief']],
    ['hostile texts, below margin', ['--account', 'HOSTILE']],
    ['nothing held', ['--account', 'EMPTY']],
    ['comparison', sample('calendar'), 'compare'],
    ['comparison under all rulebooks', [...sample('iron-condor'), '-r', 'all'], 'compare'],
    ['comparison of several', ['--account', 'samples/accounts.jsonl', '--account', 'HOSTILE'],
        'compare'],
    ['surface fitted', ['QUOTES'], 'surface fit'],
    ['surface shown', ['SURFACE'], 'surface show'],
    ['part of a surface', ['SURFACE', '--underlying', 'BTC', '--expiry', '2026-02'],
        'surface show'],
    ['surfaces checked', ['SURFACE', 'ARBITRAGE'], 'surface check'],
    ['surface checked against quotes', ['SURFACE', '--quotes', 'QUOTES'], 'surface check'],
    ['surfaces that differ', ['SURFACE', 'MOVED'], 'surface diff'],
    ['surfaces that do not differ', ['SURFACE', 'SURFACE'], 'surface diff'],
];

/* Ids as long as they may be, of one word and full of markup. */
const HOSTILE = {
    schema: 'hpm/account/1',
    id: '</title><script>alert(1)</script>"\'&\u202e' + 'W'.repeat(20),
    balances: [{ asset: 'USD', amount: '12345678901.12345678' }, { asset: 'ETH', amount: '-4999999' }],
    positions: [{ instrument: 'sample:BTC-PERPETUAL', quantity: '-999999999' }],
};
const EMPTY = { schema: 'hpm/account/1', id: 'empty', balances: [], positions: [] };

const MADE = {
    HOSTILE, EMPTY, SURFACE: surfaces.surface(), MOVED: surfaces.surface(0.013),
    ARBITRAGE: surfaces.arbitrage(), QUOTES: surfaces.quotes(),
};

function hpm(program, command, rest) {
    const words = command.split(' ');
    if (words[0] !== 'surface') words.push('--market', 'samples/market.json');
    const env = { ...process.env, HPM_RULEBOOKS: path.join(ROOT, 'rulebooks') };
    try {
        const options = { cwd: ROOT, env, encoding: 'utf8', maxBuffer: 1 << 28 };
        return execFileSync(program, [...words, ...rest], options);
    } catch (failure) {
        if (failure.status === 1) return failure.stdout; // below initial margin, arbitrage: an answer
        throw failure;
    }
}

function arguments_of(rest, folder) {
    return rest.map((word) => {
        if (!MADE[word]) return word;
        const file = path.join(folder, `${word}.json`);
        fs.writeFileSync(file, JSON.stringify(MADE[word]));
        return file;
    });
}

/* The JSON report with the figures of a page. A fit gives the surface itself, of which the report is
 * then asked: it differs in the name of the file alone. */
function told_by(program, command, words, folder) {
    if (command === 'margin') return hpm(program, command, [...words, '--ladders', '--format', 'json']);
    const told = hpm(program, command, [...words, '--format', 'json']);
    if (command !== 'surface fit') return told;
    const file = path.join(folder, 'FITTED.json');
    fs.writeFileSync(file, told);
    return hpm(program, 'surface show', [file, '--format', 'json']).replace(file, words[0]);
}

/* ---- Figures ------------------------------------------------------------------------------- */

/* JSON with its numbers as the texts that stand there. */
function parse_exact(text) {
    const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
    return JSON.parse(text.replace(token, (word) => (word[0] === '"' ? word : `"${word}"`)));
}

function lookup(document, key) {
    return key.split('/').reduce((value, part) => value[part], document);
}

function rounding_fault(exact, shown) {
    const scale = shown.endsWith(' %') ? 100 : 1;
    const digits = shown.replace(/ %$/, '').replace(/,/g, '').replace(/^\+/, '');
    if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(digits)) return 'is no number';
    const decimals = (digits.split('.')[1] || '').length;
    const slack = 0.5 * 10 ** -decimals * (1 + 1e-6) + Math.abs(scale * exact) * 1e-15;
    return Math.abs(digits - scale * exact) <= slack ? '' : `is not ${exact} rounded`;
}

/* What is wrong with one figure, as it can be read on the page. */
function figure_fault(figure, document) {
    let wanted = lookup(document, figure.key);
    if (wanted === undefined) return 'is no field of the report';
    if (figure.value === null) {
        if (/\/state$/.test(figure.key)) wanted = wanted.replace('_', ' '); // as people write it
        return figure.text === wanted || figure.title === wanted ? '' : `is not ${wanted}`;
    }
    if (figure.value !== String(wanted === null ? '' : wanted)) return `has not the digits ${wanted}`;
    return isFinite(wanted) && typeof wanted === 'string' ? rounding_fault(wanted, figure.text) : '';
}

/* By the schema of the report. */
const NEEDED = {
    'hpm/report/1': ['equity', 'initial_margin', 'maintenance_margin', 'excess', 'pass'],
    'hpm/compare/1': ['rulebooks/0/capital', 'rulebooks/1/capital', 'rulebooks/1/ratio'],
    'hpm/surface-report/1': ['name', 'hash', 'quotes_hash', 'slices/0/forward', 'slices/0/atm_vol',
        'slices/0/state', 'slices/0/confidence', 'slices/0/smile/0/vol', 'slices/0/inside'],
    'hpm/surface-check/1': ['hash', 'slices/0/is_free', 'slices/0/least_density',
        'slices/1/least_step'],
    'hpm/surface-diff/1': ['is_equal', 'before/hash', 'after/hash', 'slices/0/before/atm_vol',
        'slices/0/after/atm_vol', 'slices/0/change'],
};

function figures_faults(figures, told) {
    const documents = [].concat(parse_exact(told));
    const found = [];
    for (const figure of figures) {
        const fault = figure_fault(figure, documents[figure.report]);
        if (fault) found.push(`${figure.key}: ${JSON.stringify(figure.text)} ${fault}`);
    }
    documents.forEach((document, report) => {
        for (const key of NEEDED[document.schema])
            if (!figures.some((figure) => figure.report === report && figure.key === key))
                found.push(`report ${report}: ${key} is missing`);
    });
    return found;
}

/* ---- One page ------------------------------------------------------------------------------ */

/* A server with one page; counts what is asked of it. */
function serve(html) {
    const asked = [];
    const server = http.createServer((request, answer) => {
        asked.push(request.url);
        answer.setHeader('Content-Type', 'text/html; charset=utf-8');
        answer.end(html);
    });
    return new Promise((done) => {
        server.listen(0, '127.0.0.1', () => done({ server, asked, port: server.address().port }));
    });
}

async function screenshot(page, name, width, scheme) {
    if (!process.env.HPM_SCREENSHOTS) return;
    const file = `${name.replace(/[^a-z0-9]+/g, '-')}-${width}-${scheme}.png`;
    await page.screenshot({ path: path.join(process.env.HPM_SCREENSHOTS, file), fullPage: true });
}

/* Everything that can be seen at one width in one scheme. */
async function look(page, name, width, scheme) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(inspect.fold, false);
    await screenshot(page, name, width, scheme);
    await page.evaluate(inspect.fold, true);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: height + 10 }); // all of it can be hit
    const seen = {
        overflow: await page.evaluate(inspect.overflow),
        collisions: await page.evaluate(inspect.collisions),
        contrast: CONTRAST_WIDTHS.includes(width)
            ? await page.evaluate(inspect.contrast, CONTRAST_LEAST) : [],
    };
    const where = `${width} px, ${scheme}: `;
    return Object.fromEntries(Object.entries(seen).map(([key, faults]) =>
        [key, faults.map((fault) => where + fault)]));
}

async function page_faults(browser, name, html, told) {
    const { server, asked, port } = await serve(html);
    const context = await browser.newContext();
    const page = await context.newPage();
    const faults = { requests: [], overflow: [], collisions: [], contrast: [], figures: [] };
    page.on('request', (request) => faults.requests.push(request.url()));
    page.on('console', (message) => faults.requests.push(`console: ${message.text()}`));
    page.on('dialog', (dialog) => { faults.requests.push('dialog'); return dialog.dismiss(); });
    page.on('pageerror', (error) => faults.requests.push(`error: ${error}`));
    await page.goto(`http://127.0.0.1:${port}/`);
    for (const [width, scheme] of VIEWS)
        for (const [key, found] of Object.entries(await look(page, name, width, scheme)))
            faults[key].push(...found);
    faults.figures = figures_faults(await page.evaluate(inspect.figures), told);
    faults.structure = await page.evaluate(inspect.structure);
    await context.close();
    server.close();
    /* The page itself is one request. */
    faults.requests = faults.requests.slice(1);
    if (asked.length !== 1) faults.requests.push(`the server was asked for ${asked}`);
    return faults;
}

/* ---- Faults must be found ------------------------------------------------------------------ */

/* What each check must find in a page that was spoilt for it. */
const SPOILT = [
    ['requests', (html) => html.replace(/<meta http-equiv[^>]*>/, '')
        .replace('<main>', '<main><img src="/x.png" alt=""/>')],
    ['overflow', (html) => html.replace('<main>', '<main><div style="width:1500px">x</div>')],
    ['collisions', (html) => html.replace(/x="-8"/g, 'x="40"')],
    ['contrast', (html) => html.replace(/--soft:#4a5865/, '--soft:#8a98a5')],
    ['contrast', (html) => html.replace(/--t5:#fff/, '--t5:#888')],
    ['figures', (html) => html.replace(/(data-key="equity"[^>]*>)[^<]*/, '$11.00')],
    ['figures', (html) => html.replace(/data-key="equity" value="/, '$&9')],
    ['structure', (html) => html.replace(/<title>Scenario[^<]*<\/title>/, '')],
];

async function spoilt_faults(browser, html, told) {
    const found = [];
    for (const [key, spoil] of SPOILT) {
        const spoilt = spoil(html);
        const faults = await page_faults(browser, 'spoilt', spoilt, told);
        if (spoilt === html || faults[key].length === 0) found.push(`${key}: nothing is found`);
    }
    return found;
}

/* ---- All ----------------------------------------------------------------------------------- */

let number = 0;

function report(name, faults) {
    number++;
    for (const fault of faults.slice(0, 10)) console.log(`# ${fault}`);
    if (faults.length > 10) console.log(`# and ${faults.length - 10} more`);
    console.log(`${faults.length > 0 ? 'not ' : ''}ok ${number} - ${name}`);
    return faults.length === 0;
}

const CHECKS = ['requests', 'overflow', 'collisions', 'contrast', 'figures', 'structure'];

async function main(program) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hpm-web-'));
    const browser = await chromium.launch({
        executablePath: process.env.HPM_CHROMIUM,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    let good = true;
    console.log(`1..${CASES.length * CHECKS.length + 1}`);
    for (const [name, rest, command = 'margin'] of CASES) {
        const words = arguments_of(rest, folder);
        const html = hpm(program, command, [...words, '--format', 'html']);
        const told = told_by(program, command, words, folder);
        const faults = await page_faults(browser, name, html, told);
        for (const check of CHECKS) good = report(`${name}: ${check}`, faults[check]) && good;
    }
    const page = hpm(program, 'margin', [...sample('calendar'), '--format', 'html']);
    const told = hpm(program, 'margin', [...sample('calendar'), '--ladders', '--format', 'json']);
    good = report('spoilt pages are found out', await spoilt_faults(browser, page, told)) && good;
    await browser.close();
    fs.rmSync(folder, { recursive: true });
    return good;
}

main(path.resolve(process.argv[2])).then(
    (good) => process.exit(good ? 0 : 1),
    (failure) => { console.log(`# ${failure.stack}`); process.exit(1); });
