import { createHash } from 'node:crypto'

/** A phone first: every table row is a card there, and each value says by itself what it is. */
export const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e8eaed); --soft: light-dark(#5f6670, #a3aab3);
  --paper: light-dark(#fff, #15181b); --card: light-dark(#f4f5f7, #1f2327); --line: light-dark(#d9dce0, #363c42);
  --good: light-dark(#1a7f4b, #58c48a); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; }
h1 { font-size: 1.35rem; margin: .25rem 0 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
h3 { font-size: .9rem; color: var(--soft); margin: 1rem 0 .35rem; } a { color: inherit; } code { font-size: .85rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; } .soft { color: var(--soft); font-size: .875rem; }
dl.figures { display: grid; grid-template-columns: repeat(2, 1fr); gap: .5rem; margin: 1rem 0; }
dl.figures div { background: var(--card); border-radius: .5rem; padding: .6rem .75rem; }
dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
dd small { color: var(--soft); font-size: .8rem; display: block; }
meter { width: 100%; height: .6rem; }
table { width: 100%; border-collapse: collapse; } thead { display: none; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
tr { display: block; background: var(--card); border-radius: .5rem; padding: .5rem .75rem; margin: 0 0 .5rem; }
tbody th, td { display: flex; justify-content: space-between; gap: 1rem; padding: .1rem 0; overflow-wrap: anywhere; text-align: right;
  font-variant-numeric: tabular-nums; }
tbody th::before, td::before { content: attr(data-is); color: var(--soft); font-size: .8rem; font-weight: 400; text-align: left; flex: none; }
tbody th { font-weight: 600; }
@media (min-width: 44rem) {
  dl.figures { grid-template-columns: repeat(4, 1fr); }
  thead { display: table-header-group; } tr { display: table-row; background: none; }
  thead th, tbody th, td { display: table-cell; padding: .35rem .5rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
  thead th { color: var(--soft); font-weight: 400; font-size: .8rem; } tbody th::before, td::before { content: none; }
  tr .text, tr .word { text-align: left; } .word, .number { white-space: nowrap; }
}
`

/** Nothing but this style: no script, no picture, no frame around it, and nothing that it sends. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What a page is answered with. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const
