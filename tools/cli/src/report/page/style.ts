import { Markup } from './markup.ts'

const LIGHT = `--ground:#fff;--panel:#f4f5f7;--text:#1b1f24;--soft:#535b66;--edge:#d5d9df;--link:#0b57b0;
--good:#17653a;--good-ground:#e2f4e8;--bad:#a8201a;--bad-ground:#fdeae8;--warn:#7a4a00;--track:#dfe3e8`
const DARK = `--ground:#14171b;--panel:#1d2127;--text:#e7e9ec;--soft:#a3abb6;--edge:#363c45;--link:#8ab8ff;
--good:#79d69a;--good-ground:#17301f;--bad:#ff9c93;--bad-ground:#3a1c1a;--warn:#f2bd6b;--track:#363c45`

/** Phone first; wider screens get tables. On paper everything is open, in the light colours. */
export const pageStyle = new Markup(`
:root{${LIGHT};color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--ground);color:var(--text);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere;
-webkit-text-size-adjust:100%;text-size-adjust:100%}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
h1,h2,h3,h4,p,dl,dd,ul,pre{margin:0}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
header{border:1px solid var(--edge);border-left:.5rem solid;border-radius:.5rem;padding:1rem;background:var(--panel)}
header.good{border-left-color:var(--good)}
header.bad{border-left-color:var(--bad)}
h1{font-size:1.75rem;line-height:1.2}
header.good h1{color:var(--good)}
header.bad h1{color:var(--bad)}
.counts{font-size:1.125rem;margin-top:.25rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr));gap:.75rem 1.25rem;margin-top:1rem}
dt{color:var(--soft);font-size:.8125rem}
.bars{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.75rem 1.5rem;margin-top:1rem}
.bar{display:block;height:.5rem;border-radius:.25rem;background:var(--track);overflow:hidden;margin:.125rem 0 .25rem;
-webkit-print-color-adjust:exact;print-color-adjust:exact}
.bar span{display:block;height:100%;background:var(--good)}
.of,.more,.where,.brief,.rule{color:var(--soft);font-size:.875rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:1rem}
nav a{padding:.375rem 0}
h2{font-size:1.25rem;margin:2rem 0 .75rem;scroll-margin-top:1rem}
h3{font-size:1rem;display:inline}
h4{font-size:.9375rem;margin:1rem 0 .375rem}
.count{display:inline-block;min-width:1.75em;padding:0 .5em;border-radius:1em;background:var(--panel);
border:1px solid var(--edge);font-size:.875rem;font-weight:400;text-align:center}
details{border:1px solid var(--edge);border-radius:.5rem;margin-top:.5rem;padding:0 .75rem}
details[open]{padding-bottom:.75rem}
summary{padding:.625rem 0;cursor:pointer}
details details{border:0;padding:0;margin-top:.25rem}
details details[open]{padding:0}
details details table{margin-top:.25rem}
details details caption{font-weight:400;font-size:.875rem;color:var(--soft)}
details details>summary{font-weight:600;font-size:.9375rem}
details.failure{border-left:.25rem solid var(--bad)}
.where,.brief{display:block}
.badge{display:inline-block;padding:0 .5em;border-radius:.25rem;font-size:.8125rem;line-height:1.5;font-weight:600}
.badge.good{color:var(--good);background:var(--good-ground)}
.badge.bad{color:var(--bad);background:var(--bad-ground)}
.badge.dull{color:var(--soft);background:var(--panel)}
pre{white-space:pre-wrap;background:var(--panel);border-radius:.375rem;padding:.625rem .75rem;margin-top:.375rem}
pre.stack{color:var(--soft)}
ul{padding-left:1.25rem}
.places li,.thresholds li{margin-top:.25rem}
.thresholds{margin-top:.5rem;color:var(--bad)}
.places li::marker,.thresholds li::marker{color:var(--bad)}
table{border-collapse:collapse;width:100%;margin-top:1rem;font-size:.9375rem}
caption{text-align:left;font-weight:600;padding-bottom:.25rem}
th,td{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;border-top:1px solid var(--edge)}
thead th{color:var(--soft);font-size:.8125rem;font-weight:400;border-top:0}
tbody th{font-weight:400}
.figures{font-variant-numeric:tabular-nums}
@media (min-width:40rem){
body{padding:1.5rem}
header{padding:1.25rem 1.5rem}
.facts{grid-template-columns:repeat(4,1fr)}
.figures{text-align:right;white-space:nowrap}
.figures+:not(.figures){padding-left:1rem}
.brief{float:right}
td:last-child,th:last-child{padding-right:0}
tbody th{min-width:12rem}
h1{font-size:2rem}
}
@media (max-width:39.99rem){
table,tbody,caption{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{display:flex;flex-wrap:wrap;gap:.125rem .75rem;padding:.5rem 0;
border-top:1px solid var(--edge)}
th,td{border:0;padding:0}
tbody th,td:last-child:not(.figures){flex:1 0 100%}
td{min-width:4.25rem}
td::before{content:attr(data-title);display:block;color:var(--soft);font-size:.75rem}
}
@media print{
:root{${LIGHT}}
body{max-width:none;padding:0;font-size:.8125rem}
nav{display:none}
details::details-content{content-visibility:visible;block-size:auto}
tr,.failure summary{break-inside:avoid}
h2,h3,h4,caption{break-after:avoid}
}
`)
