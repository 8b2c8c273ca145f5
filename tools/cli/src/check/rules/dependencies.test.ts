import { expect, test } from 'vitest'
import { planFixes } from '../plan-fixes.ts'
import { madeUp } from '../test-workspace.ts'
import { dependencies } from './dependencies.ts'

test('an import that package.json does not declare is found, and added where its version is known', () => {
  const workspace = madeUp({
    'libs/a/package.json': { name: '@mochi/a' },
    'libs/a/src/index.ts': "import { z } from 'zed/part'\nimport '@mochi/b'\nimport 'new'\n",
    'libs/b/package.json': { name: '@mochi/b', dependencies: { zed: '1.2.3' } },
    'libs/b/src/index.ts': "import 'zed'\n",
  })
  const findings = dependencies(workspace)
  expect(findings.map(({ line, message }) => [line, message.split(' ')[0]])).toEqual([
    [1, "'zed'"],
    [2, "'@mochi/b'"],
    [3, "'new'"],
  ])
  expect(planFixes(workspace, findings)).toEqual([
    {
      path: 'libs/a/package.json',
      text: `${JSON.stringify({ name: '@mochi/a', dependencies: { '@mochi/b': 'workspace:*', zed: '1.2.3' } }, undefined, 2)}\n`,
    },
  ])
})

test('what a source imports is no devDependency: the mend moves it', () => {
  const workspace = madeUp({
    'libs/a/package.json': { name: '@mochi/a', devDependencies: { zed: '1.2.3', spare: '1.0.0' } },
    'libs/a/src/index.ts': "import 'zed'\n",
    'libs/a/src/index.test.ts': "import 'zed'\nimport 'spare'\n",
  })
  const findings = dependencies(workspace)
  expect(findings).toMatchObject([{ file: 'libs/a/src/index.ts', line: 1 }])
  expect(JSON.parse(planFixes(workspace, findings)[0]?.text ?? '')).toEqual({
    name: '@mochi/a',
    dependencies: { zed: '1.2.3' },
    devDependencies: { spare: '1.0.0' },
  })
})

test('a dependency that no file imports is found', () => {
  const workspace = madeUp({
    'libs/a/package.json': { name: '@mochi/a', dependencies: { zed: '1.2.3' } },
    'libs/a/src/index.ts': "// import 'zed'\nexport const text = 'zed'\n",
  })
  expect(dependencies(workspace)).toMatchObject([{ file: 'libs/a/package.json', line: 4 }])
})

test('a dependency stays when it types another, is the peer of another, or a reason is given', () => {
  const workspace = madeUp(
    {
      'libs/a/package.json': {
        name: '@mochi/a',
        mochi: { keeps: { loaded: 'by its name in a configuration' } },
        dependencies: {
          zed: '1.0.0',
          '@types/zed': '1.0.0',
          '@types/scope__part': '1.0.0',
          peer: '1.0.0',
          loaded: '1.0.0',
        },
        devDependencies: { '@scope/part': '1.0.0', '@types/node': '1.0.0' },
      },
      'libs/a/src/index.ts': "import 'zed'\n",
      'libs/a/src/index.test.ts': "import '@scope/part'\n",
    },
    { installed: new Map([['zed', { peers: ['peer'], bins: [], generators: [] }]]) },
  )
  expect(dependencies(workspace)).toEqual([])
})

test('Node’s own modules, the package itself, and in tests what the root declares need no entry', () => {
  const workspace = madeUp({
    'package.json': { name: 'mochi', devDependencies: { vitest: '5.1.1' } },
    'libs/a/src/index.ts': "import 'node:fs'\nimport 'fs/promises'\nimport '@mochi/a'\n",
    'libs/a/src/index.test.ts': "import { test } from 'vitest'\n",
  })
  expect(dependencies(workspace)).toEqual([])
})

test('a source that imports what only the root declares is found', () => {
  const workspace = madeUp({
    'package.json': { name: 'mochi', devDependencies: { vitest: '5.1.1' } },
    'libs/a/src/index.ts': "import 'vitest'\n",
  })
  expect(dependencies(workspace)).toMatchObject([
    { mend: expect.stringContaining('"vitest": "5.1.1" to dependencies') },
  ])
})
