import { randomBytes } from 'node:crypto'
import { startProcess, type TestProcess } from '@mochi/testing'
import { outputLines } from './match-output.ts'
import type { Step } from './page.ts'

/** What a command did. */
export type Ran = { readonly step: Step; readonly code: number; readonly output: readonly string[] }

/** The commands that one terminal runs, one after another. Only the last can keep running. */
export type Terminal = { readonly steps: readonly Step[]; readonly server: Step | undefined }

/** A command that keeps running holds its terminal: what follows on the page is typed into another one. */
export function planTerminals(steps: readonly Step[]): Terminal[] {
  const terminals: { steps: Step[]; server: Step | undefined }[] = [{ steps: [], server: undefined }]
  for (const step of steps) {
    const terminal = terminals.at(-1)
    if (step.kind !== 'runs') terminal?.steps.push(step)
    else {
      if (terminal !== undefined) terminal.server = step
      terminals.push({ steps: [], server: undefined })
    }
  }
  return terminals.filter((terminal) => terminal.steps.length > 0 || terminal.server !== undefined)
}

/** One `sh`, so that `cd` and `eval` carry over; it ends at the first command whose exit code is not the page's. */
export class Session implements AsyncDisposable {
  readonly #terminal: Terminal
  readonly #token = randomBytes(8).toString('hex')
  readonly #process: TestProcess

  constructor(terminal: Terminal, options: { cwd: string; env: Readonly<Record<string, string | undefined>> }) {
    this.#terminal = terminal
    this.#process = startProcess('sh', [], { ...options, input: this.#script() })
  }

  /** Resolves when each command has ended and, with a server, when the server has printed what the page shows. */
  async finished(): Promise<void> {
    const { steps, server } = this.#terminal
    if (server === undefined) await this.#process.ended
    else
      await this.#process.waitFor(
        new RegExp(`(?:${this.#token} \\d+\\n[^]*){${steps.length}}${linesPattern(server.expected)}`),
      )
  }

  /** What has run until now, in order; a command that has not ended is not among them. */
  get ran(): Ran[] {
    const parts = this.#process.output.split(new RegExp(`\\n${this.#token} (\\d+)\\n`))
    return this.#terminal.steps
      .filter((_, index) => parts[2 * index + 1] !== undefined)
      .map((step, index) => ({
        step,
        code: Number(parts[2 * index + 1]),
        output: outputLines(parts[2 * index] ?? ''),
      }))
  }

  /** What the command that has not ended has printed. */
  get unfinishedOutput(): string[] {
    return outputLines(this.#process.output.split(new RegExp(`\\n${this.#token} \\d+\\n`)).at(-1) ?? '')
  }

  /** Ctrl-C, as the reader presses it; resolves when nothing is left of the session. */
  async interrupt(): Promise<void> {
    this.#process.killGroup('SIGINT')
    await this.#process.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]()
  }

  #script(): string {
    const { steps, server } = this.#terminal
    const wrapped = (command: string) => `{\n${command}\n} </dev/null 2>&1\n`
    const end = `replayed() {
  printf '\\n%s %s\\n' ${this.#token} "$1"
  case $1:$2 in 0:succeeds) ;; 0:fails) exit 1 ;; *:fails) ;; *) exit 1 ;; esac
}
`
    const commands = steps.map((step) => `${wrapped(step.command)}replayed $? ${step.kind}\n`)
    return `${end}${commands.join('')}${server === undefined ? '' : wrapped(server.command)}`
  }
}

function linesPattern(expected: readonly string[]): string {
  return expected
    .map((line) =>
      line.trim() === '…' ? '(?:.*\\n)*?' : `${line.trimEnd().split('…').map(RegExp.escape).join('.*')}[ \\t]*\\n`,
    )
    .join('')
}
