import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { benchmarks, isBenchmarkName } from './benchmarks.ts'
import { currentLoad, describeMachine } from './machine.ts'
import { formatReport } from './report.ts'

/** `node src/main.ts <name>`: measures, prints the page and writes it to docs/benchmarks/. */
async function main([name = '', ...rest]: readonly string[]): Promise<number> {
  if (!isBenchmarkName(name) || rest.length > 0) {
    process.stderr.write(`usage: npx nx run bench:NAME, where NAME is one of ${Object.keys(benchmarks).join(', ')}\n`)
    return 2
  }
  const loadBefore = currentLoad()
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const findings = await (await benchmarks[name]())({ say })
  const page = formatReport({ name, machine: describeMachine(loadBefore), ...findings })
  const folder = join(workspaceRoot, 'docs/benchmarks')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.md`), page)
  process.stdout.write(page)
  return 0
}

process.exitCode = await main(process.argv.slice(2))
