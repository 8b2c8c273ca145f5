/** Files of templates/lib by their paths in it. */
export type Template = Readonly<Record<string, string>>

/** The files of `count` libraries as `npx nx g lib` makes them from this template, by path. Pure. */
export function planLibraries(template: Template, count: number): Record<string, string> {
  const { version } = JSON.parse(template['template.json'] ?? '{}') as { version?: number }
  const files = Object.entries(template).filter(([path]) => path.endsWith('.hbs'))
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => nameOf(index + 1)).flatMap((name) => {
      const words = { name, 'template.name': 'lib', 'template.version': String(version) }
      return files.map(([path, text]) => [`libs/${name}/${fill(path.replace(/\.hbs$/, ''), words)}`, fill(text, words)])
    }),
  )
}

function nameOf(number: number): string {
  return `made-${String(number).padStart(3, '0')}`
}

/** Throws on what it does not know: a template with more in it would be measured half filled in. */
function fill(text: string, words: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{\{?([^{}]+)\}?\}\}/g, (whole, word: string) => {
    const found = words[word.trim()]
    if (found === undefined) throw new Error(`The template of a library has ${whole}, which is not filled in here.`)
    return found
  })
}
