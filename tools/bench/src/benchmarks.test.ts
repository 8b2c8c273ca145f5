import { readFile } from 'node:fs/promises'
import { runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { benchmarks, isBenchmarkName } from './benchmarks.ts'

test('each benchmark is a target that is never answered from a cache', async () => {
  const { nx } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    nx: { targets: Record<string, { command: string; cache: boolean }> }
  }
  expect(Object.keys(nx.targets)).toEqual(Object.keys(benchmarks))
  for (const [name, { command, cache }] of Object.entries(nx.targets)) {
    expect([command, cache]).toEqual([`node src/main.ts ${name}`, false])
  }
})

test('each benchmark can be loaded', async () => {
  for (const load of Object.values(benchmarks)) expect(await load()).toBeTypeOf('function')
})

test('a name that is none is refused with those there are', async () => {
  expect(isBenchmarkName('toString')).toBe(false)
  const main = new URL('main.ts', import.meta.url).pathname
  for (const args of [['speed'], [], ['cli', 'graph']]) {
    const { code, stderr } = await runProcess(process.execPath, [main, ...args])
    expect(code).toBe(2)
    expect(stderr).toContain('one of toolchain, graph, cli')
  }
})
