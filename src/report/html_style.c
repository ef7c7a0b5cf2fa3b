/* The style sheet of the pages. Colours are variables with two schemes; every text has a contrast
 * of at least 4.5 on what lies under it in both, which tests/web holds. Where its container is
 * narrow a table becomes a list: a line per row, and in it each figure under the title of its
 * column. Names and titles keep their words whole as long as the table can be as wide. */
#include "html.h"

/* clang-format off */

/* Five shades per hue: --l1 to --l5 losses, --g1 to --g5 gains; --t1 to --t5 the texts on them. */
static const char colours_light[] =
    ":root{color-scheme:light dark;"
    "--page:#f3f5f7;--card:#fff;--line:#d5dbe1;--ink:#17212b;--soft:#4a5865;--link:#17589c;"
    "--initial:#1c5c9e;--maintenance:#6a7b8c;--equity:#17212b;--loss:#b54f00;--gain:#2a74bb;"
    "--cut:#f0a262;--yes:#12568f;--no:#a3261b;--badge:#fff;--mark:#17212b;"
    "--z:#eef1f4;--l1:#fdeadb;--l2:#fbcfa8;--l3:#f5a868;--l4:#e07f2c;--l5:#a24100;"
    "--g1:#e2edf9;--g2:#bcd6f1;--g3:#8cbae6;--g4:#569ad8;--g5:#15548f;"
    "--tz:#17212b;--t1:#17212b;--t2:#17212b;--t3:#17212b;--t4:#10171e;--t5:#fff}\n";

static const char colours_dark[] =
    "@media (prefers-color-scheme:dark){:root{"
    "--page:#0e1318;--card:#161c23;--line:#313b46;--ink:#e7ebf0;--soft:#a7b3bf;--link:#85bdf5;"
    "--initial:#63a8ec;--maintenance:#8494a4;--equity:#dfe5eb;--loss:#f0904a;--gain:#5ea4e8;"
    "--cut:#8a5426;--yes:#9ccbfa;--no:#ffa091;--badge:#0e1318;--mark:#fff;"
    "--z:#232b34;--l1:#3a2a1e;--l2:#56371d;--l3:#82491a;--l4:#dc8335;--l5:#ffb678;"
    "--g1:#1c2b3b;--g2:#213f5c;--g3:#2a5d92;--g4:#62a3e2;--g5:#a8d2ff;"
    "--tz:#e7ebf0;--t1:#fff;--t2:#fff;--t3:#fff;--t4:#0e1318;--t5:#0e1318}}\n";

static const char frame[] =
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
    "body{margin:0;background:var(--page);color:var(--ink);"
    "font:14px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;"
    "font-variant-numeric:tabular-nums;overflow-wrap:anywhere}\n"
    "main{max-width:1440px;margin:0 auto;padding:16px clamp(12px,2vw,28px) 40px}\n"
    "h1{font-size:14px;font-weight:600;color:var(--soft);margin:0 0 12px}\n"
    "h2{font-size:24px;line-height:1.2;margin:0 0 4px}\n"
    "h3{font-size:16px;margin:0 0 2px}\n"
    "p{margin:0 0 8px}\n"
    "a{color:var(--link)}\n"
    "small{display:block;font-size:12px;color:var(--soft);font-weight:400}\n"
    "code{font:12px/1.4 ui-monospace,'DejaVu Sans Mono',monospace}\n"
    ".lead{color:var(--soft);font-size:13px}\n"
    "nav,header,section{background:var(--card);border:1px solid var(--line);border-radius:8px;"
    "padding:14px 16px;margin:0 0 14px;min-width:0}\n"
    "article+article{margin-top:36px}\n"
    ".group{display:grid;gap:0 14px;align-items:start;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,540px),1fr))}\n"
    "@media print{body{background:#fff}nav,header,section{break-inside:avoid}}\n";

static const char result[] =
    ".verdict{display:inline-block;font-weight:700;padding:1px 9px;border-radius:5px;"
    "color:var(--badge);white-space:nowrap}\n"
    ".yes{background:var(--yes)}\n"
    ".no{background:var(--no)}\n"
    "dl,dd{margin:0}\n"
    "dt{color:var(--soft);font-size:12px}\n"
    ".tiles{display:flex;flex-wrap:wrap;gap:8px 24px;margin:10px 0}\n"
    ".tiles>div{flex:1 1 146px;min-width:min-content}\n"
    ".tiles dd{font-size:18px;font-weight:600;white-space:nowrap}\n"
    ".tiles.small dd{font-size:13px}\n"
    ".gauge{list-style:none;margin:10px 0 0;padding:0}\n"
    ".gauge li{display:grid;grid-template-columns:52px 1fr;align-items:center;font-size:12px;"
    "color:var(--soft)}\n"
    ".gauge .bar{height:10px;margin:3px 0}\n"
    ".inputs{display:grid;gap:8px 24px;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr))}\n";

/* `of`: "" for every table, or a class of them. */
#define LIST_BELOW(width, of)                                                                      \
    "@container (max-width:" width "px){"                                                          \
    of "table," of "tbody{display:block}" of "thead{display:none}"                                 \
    of "tr{display:grid;gap:2px 16px;grid-template-columns:repeat(auto-fill,minmax(140px,1fr));"   \
    "padding:7px 0;border-bottom:1px solid var(--line)}"                                           \
    of "th," of "td," of "th:first-child," of ".total>*{border:0;padding:0;text-align:left}"       \
    of "tbody th{width:auto;grid-column:1/-1;font-weight:600}" of "td:empty{display:none}"         \
    of "td::before{content:attr(data-l);display:block;color:var(--soft);font-size:11px;"           \
    "font-weight:400}}\n"

static const char tables[] =
    ".table{container-type:inline-size;overflow-x:auto}\n"
    "table{border-collapse:collapse;width:100%;font-size:13px}\n"
    "th,td{padding:4px 0 4px 14px;text-align:right;vertical-align:top;"
    "border-bottom:1px solid var(--line);font-weight:400}\n"
    "th:first-child{padding-left:0;text-align:left}\n"
    "thead th{color:var(--soft);font-size:12px;vertical-align:bottom}\n"
    "th{overflow-wrap:break-word}\n"
    "td{white-space:nowrap}\n"
    "tbody th{width:44%}\n"
    ".many tbody th{width:18%}\n"
    ".total>*,.sum>*,.marked>*{font-weight:600}\n"
    ".total>*{border-top:1px solid var(--soft)}\n"
    ".texts td{white-space:normal;text-align:left}\n"
    ".texts th{text-align:left}\n"
    ".texts tbody th{width:18%}\n"
    ".texts td:nth-child(2){white-space:nowrap}\n"
    "details{margin-top:8px}\n"
    "summary{cursor:pointer;color:var(--link);font-size:13px}\n"
    LIST_BELOW("460", "")
    LIST_BELOW("640", ".more ")
    LIST_BELOW("780", ".many ")
    LIST_BELOW("960", ".most ");

static const char bars[] =
    ".bar{display:block;width:100%;height:7px;margin:2px 0;overflow:visible}\n"
    "rect.loss{fill:var(--loss)}\n"
    "rect.gain{fill:var(--gain)}\n"
    "rect.cut{fill:var(--cut)}\n"
    "rect.initial{fill:var(--initial)}\n"
    "rect.maintenance{fill:var(--maintenance)}\n"
    "rect.equity{fill:var(--equity)}\n"
    ".zero{stroke:var(--soft);stroke-width:1}\n"
    ".bars{display:grid}\n"
    ".bars>*{grid-area:1/1}\n"
    ".legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:12px;color:var(--soft)}\n"
    ".legend span{display:flex;align-items:center;gap:6px}\n"
    ".swatch{width:12px;height:12px}\n"
    ".sample{width:28px;height:10px}\n";

#define SHADE(hue, step)                                                                           \
    "." hue step " rect{fill:var(--" hue step ")}." hue step " text{fill:var(--t" step ")!important}\n"
#define SHADES(hue)                                                                                \
    SHADE(hue, "1") SHADE(hue, "2") SHADE(hue, "3") SHADE(hue, "4") SHADE(hue, "5")
#define ROOM_FROM(columns, width)                                                                  \
    "@container (min-width:" width "px){.fit" columns " g text,.fit" columns                       \
    " .room{display:inline}}\n"

#define EXPIRY(shade) "path.e" shade "{stroke:var(--e" shade ")}\n"

static const char charts[] =
    ".chart{container-type:inline-size}\n"
    ".plot{display:block;width:100%;overflow:visible}\n"
    ".plot text{font-size:11px;fill:var(--soft);text-anchor:middle}\n"
    ".plot text.y{text-anchor:end}\n"
    ".heat{padding:0 2px 22px 98px}\n"
    ".heat g rect{stroke:var(--card);stroke-width:1}\n"
    ".heat g text,.heat .room{display:none}\n"
    ".mark{fill:none;stroke:var(--mark);stroke-width:2.5}\n"
    ".outlined{border:2px solid var(--mark);padding:0 4px}\n"
    ".z rect{fill:var(--z)}.z text{fill:var(--tz)!important}\n"
    SHADES("l") SHADES("g")
    ROOM_FROM("7", "440") ROOM_FROM("11", "640") ROOM_FROM("17", "940") ROOM_FROM("25", "1320")
    ".shades{display:flex;gap:8px;align-items:center;font-size:12px;color:var(--soft);"
    "margin:4px 0 8px}\n"
    ".shades svg{width:132px;height:12px}\n"
    ".curves{padding:18px 22px 22px 58px}\n"
    ".curves path,.sample path{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}\n"
    "path.today{stroke:var(--initial)}\n"
    "path.first{stroke:var(--loss);stroke-dasharray:8 4}\n"
    "path.last{stroke:var(--ink);stroke-dasharray:2 3}\n"
    ".grid{stroke:var(--line)}\n"
    ".axis,.here{stroke:var(--soft)}\n"
    ".edge{stroke:var(--soft);stroke-dasharray:3 4}\n";

/* Quotes are bars from bid to ask; --e0 to --e9 are expiries from the first to the last. */
static const char surfaces_light[] =
    ":root{--e0:#0b8a80;--e1:#1b82a0;--e2:#2a74bb;--e3:#3b66b8;--e4:#4b57b2;--e5:#5d49a8;"
    "--e6:#6f3c9c;--e7:#80308e;--e8:#8d237b;--e9:#961a63}\n";

static const char surfaces_dark[] =
    "@media (prefers-color-scheme:dark){:root{"
    "--e0:#4fd1c0;--e1:#55c4d8;--e2:#62b4ee;--e3:#7ca6f5;--e4:#959af7;--e5:#ad90f5;"
    "--e6:#c488ee;--e7:#d883e0;--e8:#e883c8;--e9:#f38aae}}\n";

static const char surfaces[] =
    ".meter{display:block;line-height:1}\n"
    ".meter .bar{display:inline-block;width:64px}\n"
    ".tiles .words{flex:2 1 300px}\n"
    ".tiles .words dd{white-space:normal}\n"
    ".bare{padding-top:6px;padding-bottom:6px}\n"
    ".cards{display:grid;gap:14px 22px;"
    "grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr))}\n"
    ".card{min-width:0;break-inside:avoid}\n"
    ".card .curves{padding-left:38px;padding-right:12px}\n"
    "h4{font-size:13px;margin:0}\n"
    "h4 small{display:inline;margin-left:6px}\n"
    ".badge{font-weight:600;padding:0 6px;border-radius:4px;white-space:nowrap}\n"
    ".badge.warn{background:var(--l2);color:var(--t2)}\n"
    ".badge.no{color:var(--badge)}\n"
    "path.fit,path.outline{stroke:var(--initial)}\n"
    "path.outline{stroke-width:1.2}\n"
    "path.across{stroke:var(--maintenance);stroke-width:1.2;stroke-dasharray:2 3}\n"
    "path.difference{stroke:var(--ink);stroke-width:1.5}\n"
    "path.put{stroke:var(--loss);stroke-dasharray:7 4}\n"
    "path.call{stroke:var(--maintenance);stroke-dasharray:2 3}\n"
    "path.before{stroke:var(--maintenance);stroke-dasharray:6 4}\n"
    "path.quote{stroke:var(--ink);stroke-width:2.5}\n"
    "path.half{stroke-dasharray:2 2}\n"
    "path.idle{stroke:var(--soft);stroke-width:1;stroke-dasharray:none}\n"
    "path.wrong{stroke:var(--loss)}\n"
    "path.dot{stroke-width:6;stroke-linecap:round}\n"
    "path.venue{stroke:var(--gain);stroke-width:4}\n"
    "path.worst{stroke:var(--no);stroke-width:8}\n"
    "path.repair,path.density,path.below{stroke:none}\n"
    ".curves path.repair,.sample path.repair{fill:var(--l2)}\n"
    ".curves path.density,.sample path.density{fill:var(--g2)}\n"
    ".curves path.below,.sample path.below{fill:var(--no)}\n"
    EXPIRY("0") EXPIRY("1") EXPIRY("2") EXPIRY("3") EXPIRY("4")
    EXPIRY("5") EXPIRY("6") EXPIRY("7") EXPIRY("8") EXPIRY("9");

/* clang-format on */

const char *const hpm_html_style[] = {colours_light, colours_dark, frame,  result,
                                      tables,        bars,         charts, surfaces_light,
                                      surfaces_dark, surfaces,     NULL};
