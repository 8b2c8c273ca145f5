import type { ExplainedError } from '../explain/catalogues.ts'

/** docs/reference/errors.md: every code, by the project that defines it. */
export function renderErrors(all: readonly ExplainedError[]): string {
  const projects = [...new Set(all.map(({ project }) => project))].sort()
  const sections = projects.map((project) => {
    const own = all.filter((error) => error.project === project)
    return [`## ${project}`, ...own.map(renderError)].join('\n\n')
  })
  return [
    '# Errors by code',
    'Made by `mochi check --fix` from every `src/errors.ts`; what you change here is overwritten. In a terminal:',
    '`mochi --explain CODE`.',
    ...sections,
    '',
  ].join('\n\n')
}

function renderError({ code, summary, explain }: ExplainedError): string {
  return `### ${code}\n\n**${summary}.**\n\n${explain.trim()}`
}
