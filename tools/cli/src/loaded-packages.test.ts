import { join } from 'node:path'
import { createFolder, runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, 'main.ts')

/**
 * Says every package that the program loads on standard error. Node's own hooks, so that nothing can hide. The program would
 * take the prefix that its node stands in, and what runs there is asked of what it needs.
 */
const TELL = `import { isBuiltin, registerHooks } from 'node:module'
registerHooks({
  resolve(specifier, context, next) {
    if (!/^[./]|^file:/.test(specifier) && !isBuiltin(specifier)) process.stderr.write('loads ' + specifier + '\\n')
    return next(specifier, context)
  },
})
process.execPath = '/usr/bin/node'
`

/** What these commands may load: they answer while somebody waits at a prompt. A parser or a schema costs 100 ms. */
const LIGHT = [
  '@mochi/config/find-prefix',
  '@mochi/config/format-faults',
  '@mochi/errors',
  '@mochi/names',
  '@stricli/core',
]
const TOOLCHAIN = [
  '@mochi/toolchain/lock-file',
  '@mochi/toolchain/platforms',
  '@mochi/toolchain/prefix',
  '@mochi/toolchain/registry',
]

test.each([
  [['status']],
  [['explain']],
  [['--help']],
  [['__complete', '--', 'explain', '']],
  [['__complete', '--', 'toolchain', 'rollback', '']],
])('mochi %j loads no more packages than it needs', async (args) => {
  await using folder = await createFolder({ 'tell.mjs': TELL })
  const node = ['--import', folder.join('tell.mjs'), main, ...args]
  const env = { ...process.env, HOME: folder.path, MOCHI_PREFIX: folder.join('prefix') }
  const { code, stderr } = await runProcess(process.execPath, node, { env })
  const loaded = new Set(stderr.split('\n').flatMap((line) => /^loads (.+)/.exec(line)?.[1] ?? []))
  expect([...loaded].filter((name) => ![...LIGHT, ...TOOLCHAIN].includes(name))).toEqual([])
  expect({ code, told: loaded.has('@stricli/core') }).toEqual({ code: 0, told: true })
})
