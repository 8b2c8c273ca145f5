import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Findings } from './benchmarks.ts'
import { isBusy } from './machine.ts'
import type { Machine } from './machine.ts'
import { formatRefusal, formatReport } from './report.ts'

export type PublishOptions = {
  /** The name of the benchmark. */
  name: string
  /** Where the page goes, as `<name>.md`. */
  folder: string
  /** Write the page even of a busy machine; it then says so. */
  busy: boolean
  measure: () => Promise<Findings>
  /** How many processors are at work just now, while nothing is measured. */
  measureLoad: () => Promise<number>
  describe: (load: Machine['load']) => Machine
}

/** `refusal` says why nothing was written: figures that are published speak for the program, not for its neighbours. */
export type Published = { page?: string; refusal?: string }

/** Measures and writes the page. On a busy machine it writes nothing, and measures nothing where it is busy before. */
export async function publish(options: PublishOptions): Promise<Published> {
  const { name, folder, busy, measure, measureLoad, describe } = options
  const before = await measureLoad()
  const now = describe({ before, after: before })
  if (!busy && isBusy(now)) return { refusal: formatRefusal(name, now) }
  const findings = await measure()
  const machine = describe({ before, after: await measureLoad() })
  const page = formatReport({ name, machine, ...findings })
  if (!busy && isBusy(machine)) return { page, refusal: formatRefusal(name, machine) }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.md`), page)
  return { page }
}
