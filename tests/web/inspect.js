/* What the browser is asked about a page. Each function runs on the page by itself (it is sent there
 * as text) and gives a list of faults, or of what it sees. */
'use strict';

/* Opens or closes everything that is folded away. */
function fold(open) {
    for (const details of document.querySelectorAll('details')) details.open = open;
}

/* Nothing may be wider than the window, and nothing may stand beyond its edges. */
function overflow() {
    const faults = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width)
        faults.push(`the page scrolls sideways: ${document.documentElement.scrollWidth}`);
    for (const element of document.body.querySelectorAll('*')) {
        const box = element.getBoundingClientRect();
        if (box.width === 0 || box.height === 0) continue;
        if (box.left < -0.5 || box.right > width + 0.5)
            faults.push(`<${element.tagName}> "${element.textContent.slice(0, 30)}" ` +
                        `from ${box.left.toFixed(1)} to ${box.right.toFixed(1)}`);
    }
    return faults;
}

/* Labels of a chart may not overlap. */
function collisions() {
    const faults = [];
    for (const plot of document.querySelectorAll('svg.plot')) {
        const labels = [...plot.querySelectorAll('text')]
            .map((text) => [text.textContent, text.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0);
        labels.forEach(([name, a], i) => {
            for (const [other, b] of labels.slice(i + 1)) {
                const apart = a.right <= b.left + 0.5 || b.right <= a.left + 0.5 ||
                              a.bottom <= b.top + 3 || b.bottom <= a.top + 3; // leading is empty
                if (!apart) faults.push(`labels "${name}" and "${other}" overlap`);
            }
        });
    }
    return faults;
}

/* Contrast of every text with what is painted under it (WCAG 2: (L1 + 0.05) / (L2 + 0.05)). */
function contrast(least) {
    const channel = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const luminance = ([r, g, b]) =>
        0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
    const parse = (text) => {
        const parts = (text.match(/[\d.]+/g) || []).map(Number);
        return parts.length < 3 ? [0, 0, 0, 0] : [...parts.slice(0, 3), parts[3] ?? 1];
    };
    const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
    const paint = (element) => {
        const style = getComputedStyle(element);
        if (!(element instanceof SVGElement)) return parse(style.backgroundColor);
        if (element.tagName !== 'rect' || style.fill === 'none') return [0, 0, 0, 0];
        return parse(style.fill);
    };
    /* The colour at a point without the text itself. */
    const ground = (x, y, own) => {
        const stack = document.elementsFromPoint(x, y).filter((element) => element !== own ||
            !(element instanceof SVGElement));
        let layers = [];
        for (const element of stack) {
            layers.push(paint(element));
            if (layers[layers.length - 1][3] === 1) break;
        }
        return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
    };
    const ratio = (a, b) => {
        const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q);
        return (high + 0.05) / (low + 0.05);
    };
    const faults = [];
    const judge = (text, colour, x, y, own) => {
        const under = ground(x, y, own);
        const found = ratio(over(colour, under), under);
        if (found < least)
            faults.push(`"${text.trim().slice(0, 30)}" has ${found.toFixed(2)}: ` +
                        `${colour} on ${under.map(Math.round)}`);
    };
    let texts = 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const own = node.parentElement;
        if (!node.data.trim() || own.closest('title')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const style = getComputedStyle(own);
        const colour = parse(own instanceof SVGElement ? style.fill : style.color);
        for (const box of range.getClientRects()) {
            if (box.width === 0) continue;
            texts++;
            judge(node.data, colour, box.left + box.width / 2, box.top + box.height / 2, own);
        }
    }
    for (const cell of document.querySelectorAll('td')) {
        const style = getComputedStyle(cell, '::before');
        const box = cell.getBoundingClientRect();
        if (style.content !== 'none' && box.width > 0)
            judge(cell.dataset.l, parse(style.color), box.left + 2, box.top + 8, cell);
    }
    if (texts < 10) faults.push(`only ${texts} texts are seen`);
    return faults;
}

/* Every figure as it can be read. */
function figures() {
    fold_open();
    return [...document.querySelectorAll('[data-key]')].map((element) => ({
        report: Number(element.closest('[data-report]').dataset.report),
        key: element.dataset.key,
        value: element.getAttribute('value') ?? element.getAttribute('datetime'),
        text: element.innerText.trim(),
        title: element.querySelector('[title]')?.title,
    }));
    function fold_open() {
        for (const details of document.querySelectorAll('details')) details.open = true;
    }
}

/* What those need who do not see the page. */
function structure() {
    const faults = [];
    if (!document.documentElement.lang) faults.push('the page has no language');
    if (!document.title) faults.push('the page has no title');
    for (const svg of document.querySelectorAll('svg')) {
        const hidden = svg.closest('[aria-hidden=true]');
        const inner = svg.parentElement.closest('svg');
        const named = svg.getAttribute('role') === 'img' && svg.querySelector(':scope > title');
        if (!hidden && !inner && !named) faults.push('a chart has no title and is not hidden');
    }
    for (const table of document.querySelectorAll('table')) {
        if (!table.getAttribute('aria-label')) faults.push('a table has no name');
        const columns = table.querySelectorAll('thead th[scope=col]').length;
        for (const row of table.querySelectorAll('tbody tr'))
            if (row.children.length !== columns || !row.querySelector('th[scope=row]'))
                faults.push(`a row has ${row.children.length} cells of ${columns}`);
    }
    let level = 0;
    for (const heading of document.querySelectorAll('h1,h2,h3,h4')) {
        const next = Number(heading.tagName[1]);
        if (next > level + 1) faults.push(`"${heading.textContent}" skips a level`);
        level = next;
    }
    for (const link of document.querySelectorAll('a'))
        if (!document.getElementById(link.getAttribute('href').slice(1)))
            faults.push(`a link leads nowhere: ${link.getAttribute('href')}`);
    return faults;
}

module.exports = { fold, overflow, collisions, contrast, figures, structure };
