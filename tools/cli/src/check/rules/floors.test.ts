import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { FLOORS, floors } from './floors.ts'

test('an import from a floor above is found, with the file and the line', () => {
  const workspace = madeUp({
    'libs/config/src/index.ts': "import { a } from 'a'\nimport type { Service } from '@mochi/service'\n",
    'libs/service/src/index.ts': '',
  })
  expect(floors(workspace)).toMatchObject([
    { file: 'libs/config/src/index.ts', line: 2, message: expect.stringContaining('libs/service stands above it') },
  ])
})

test('apps do not import apps', () => {
  const workspace = madeUp({
    'apps/foo/src/app.ts': "import '@mochi/bar/part'\n",
    'apps/bar/src/app.ts': '',
  })
  expect(floors(workspace)).toMatchObject([{ message: expect.stringContaining('apps/bar stands beside it') }])
})

test('an entry of package.json counts like an import, devDependencies included', () => {
  const workspace = madeUp({
    'libs/names/package.json': { name: '@mochi/names', devDependencies: { '@mochi/config': 'workspace:*' } },
    'libs/config/src/index.ts': '',
  })
  expect(floors(workspace)).toMatchObject([{ file: 'libs/names/package.json', line: 4 }])
})

test('imports from below are in order, and a company’s own libraries may use each other', () => {
  const workspace = madeUp({
    'apps/foo/src/app.ts': "import '@mochi/service'\nimport '@mochi/own'\nimport 'fastify'\nimport './config.ts'\n",
    'libs/service/src/index.ts': "import '@mochi/config'\nimport '@mochi/service'\n",
    'libs/config/src/index.ts': "import '@mochi/errors'\nimport '@mochi/names'\n",
    'libs/own/src/index.ts': "import '@mochi/service'\nimport '@mochi/other'\n",
    'libs/other/src/index.ts': '',
    'libs/names/src/index.ts': "import '@mochi/errors'\n",
    'libs/errors/src/index.ts': '',
  })
  expect(floors(workspace)).toEqual([])
})

test('tests may use the test helpers from any floor, sources only from above', () => {
  const workspace = madeUp({
    'libs/errors/package.json': { name: '@mochi/errors', devDependencies: { '@mochi/testing': 'workspace:*' } },
    'libs/errors/src/redact.test.ts': "import '@mochi/testing'\n",
    'libs/errors/src/redact.ts': "import '@mochi/testing'\n",
    'libs/testing/src/index.ts': '',
  })
  expect(floors(workspace).map(({ file }) => file)).toEqual(['libs/errors/src/redact.ts'])
})

test('no package stands on two floors', () => {
  const all = FLOORS.flat()
  expect(new Set(all).size).toBe(all.length)
})
