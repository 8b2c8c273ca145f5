import { matchOutput } from './match-output.ts'
import type { Page, Step } from './page.ts'
import { planTerminals, Session, type Ran } from './session.ts'

export type ReplayOptions = {
  /** The folder that each terminal of the reader starts in. */
  readonly cwd: string
  /** The whole environment that each terminal starts with. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds for the whole page. Default: two minutes. */
  readonly limit?: number
}

/** A command that did not do what its page shows. */
export type Fault = { readonly step: Step; readonly problem: string; readonly found: readonly string[] }

/**
 * Types every command of a page into a shell, in the order of the page, and compares what they print. Resolves to the
 * first command that does something else, or to nothing. Nothing that the page started is left running.
 */
export async function replayPage(page: Page, options: ReplayOptions): Promise<Fault | undefined> {
  await using servers = new AsyncDisposableStack()
  const running: Session[] = []
  const deadline = AbortSignal.timeout(options.limit ?? 120_000)
  for (const terminal of planTerminals(page.steps)) {
    const session = servers.use(new Session(terminal, options))
    const end = await settled(session.finished(), deadline)
    const fault = findFault(session.ran) ?? findUnfinished(session, { ...terminal, end })
    if (fault !== undefined) return fault
    if (terminal.server !== undefined) running.push(session)
  }
  for (const session of running.reverse()) {
    const end = await settled(session.interrupt(), deadline)
    if (end === 'late') throw new Error('A server of the page did not end after Ctrl-C.')
  }
  return undefined
}

/** The text of a fault for the one who wrote the page. */
export function formatFault(file: string, fault: Fault): string {
  const { step, problem, found } = fault
  const indent = (lines: readonly string[]) =>
    (lines.length === 0 ? ['(nothing)'] : lines).map((line) => `    ${line}`).join('\n')
  return `${file}:${step.line}: $ ${step.command}\n  ${problem}\n  expected:\n${indent(step.expected)}\n  found:\n${indent(found)}`
}

type End = 'done' | 'late' | Error

/** A session that fails to finish is a fault of the page, to be reported with its line, not thrown. */
async function settled(work: Promise<void>, deadline: AbortSignal): Promise<End> {
  const late = new Promise<End>((resolve) => {
    if (deadline.aborted) resolve('late')
    deadline.addEventListener('abort', () => resolve('late'), { once: true })
  })
  const done = work.then(
    (): End => 'done',
    (error: unknown): End => (error instanceof Error ? error : new Error(String(error))),
  )
  return Promise.race([done, late])
}

function findFault(ran: readonly Ran[]): Fault | undefined {
  for (const { step, code, output } of ran) {
    if ((code === 0) !== (step.kind === 'succeeds')) {
      return { step, problem: `exit code ${code}, and the page says that it ${step.kind}`, found: output }
    }
    const mismatch = matchOutput(step.expected, output)
    if (mismatch === undefined) continue
    const wanted = step.expected[mismatch.expected] ?? '(no more lines)'
    return {
      step,
      problem: `expected "${wanted}" where "${output[mismatch.found] ?? '(the end)'}" stands`,
      found: output,
    }
  }
  return undefined
}

/** The command that the terminal did not come past: it still runs, or it ended the shell. */
function findUnfinished(
  session: Session,
  { steps, server, end }: { steps: readonly Step[]; server: Step | undefined; end: End },
): Fault | undefined {
  const step = steps[session.ran.length] ?? server
  if (step === undefined || (step === server && end === 'done')) return undefined
  const problem = end === 'late' ? 'did not come this far in time' : 'ended before it printed what the page shows'
  return { step, problem, found: session.unfinishedOutput }
}
