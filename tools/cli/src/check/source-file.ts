/** A text file of the workspace: path from the root with `/`, and what is in it. */
export type SourceFile = { readonly path: string; readonly text: string }

/** True for a file whose imports count: TypeScript and JavaScript, declarations excepted. */
export function isCode(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path) && !path.endsWith('.d.ts')
}

/** True for a file that only tests load: `x.test.ts`, and their helpers `test-x.ts` and `x.fixture.ts`. */
export function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.[cm]?ts$/.test(path) || /(?:^|\/)test-[^/]*$/.test(path)
}

/** True for a shell script, by its name or its first line. */
export function isShell({ path, text }: SourceFile): boolean {
  return path.endsWith('.sh') || /^#!.*\b(?:sh|bash|dash)\b/.test(text.slice(0, 80))
}

/** The line, counted from 1, of an offset into the text. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** The line of a text's first occurrence; undefined when it is not there. */
export function lineOf(file: SourceFile, text: string): number | undefined {
  const at = file.text.indexOf(text)
  return at < 0 ? undefined : lineAt(file.text, at)
}

/** Where a pattern matches: the lines and the matched texts. The pattern needs the flag `g`. */
export function findAll(file: SourceFile, pattern: RegExp): { line: number; text: string }[] {
  return [...file.text.matchAll(pattern)].map((match) => ({ line: lineAt(file.text, match.index), text: match[0] }))
}
