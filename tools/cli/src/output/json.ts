import type { Output } from '../context.ts'

/** One JSON document and a line feed: what every `--json` prints on standard output, and nothing else. */
export function writeJson(output: Output, value: unknown): void {
  output.write(`${JSON.stringify(value, undefined, 2)}\n`)
}
