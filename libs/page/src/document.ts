import { Html, markup } from './html.ts'
import { STYLE } from './style.ts'

export type PageParts = {
  readonly title: string
  /** Under the title: as of when it is. */
  readonly since: string
  /** What matters most, each in one short text. */
  readonly figures: readonly Figure[]
  readonly sections: readonly Section[]
}

export type Figure = { readonly name: string; readonly value: string; readonly note?: string }
export type Section = { readonly title: string; readonly content: readonly Html[] }

/** A whole page as HTML, to be answered with `pageHeaders`. */
export function renderDocument({ title, since, figures, sections }: PageParts): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>${new Html(STYLE)}</style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="soft">${since}</p>
        </header>
        <main>
          <dl class="figures">${figures.map(renderFigure)}</dl>
          ${sections.map(renderSection)}
        </main>
      </body>
    </html> `.text
}

function renderFigure({ name, value, note }: Figure): Html {
  return markup`<div>
    <dt>${name}</dt>
    <dd>${value}${note === undefined ? [] : markup`<small>${note}</small>`}</dd>
  </div>`
}

function renderSection({ title, content }: Section): Html {
  return markup`<section>
    <h2>${title}</h2>
    ${content}
  </section>`
}
