import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { cycles } from './cycles.ts'

test('files that import each other in a circle are found, types included, with the way round', () => {
  const workspace = madeUp({
    'libs/a/src/one.ts': "import './two.ts'\n",
    'libs/a/src/two.ts': "export * from './part/three.ts'\n",
    'libs/a/src/part/three.ts': "import type { One } from '../one.ts'\n",
    'libs/a/src/aside.ts': "import './one.ts'\n",
  })
  const way = 'libs/a/src/one.ts → libs/a/src/two.ts → libs/a/src/part/three.ts → libs/a/src/one.ts'
  expect(cycles(workspace)).toMatchObject([{ message: expect.stringContaining('libs/a/src/part/three.ts') }])
  expect(rotations(way)).toContain(cycles(workspace)[0]?.message.replace(/^.*circle: |\.$/g, ''))
})

test('packages that need each other are found, whether by an import or by package.json', () => {
  const workspace = madeUp({
    'libs/a/src/index.ts': "import '@mochi/b'\n",
    'libs/b/package.json': { name: '@mochi/b', devDependencies: { '@mochi/a': 'workspace:*' } },
  })
  expect(cycles(workspace)).toMatchObject([
    { file: 'libs/a/package.json', message: expect.stringContaining('libs/a → libs/b → libs/a') },
  ])
})

test('a file that imports itself is a circle', () => {
  expect(cycles(madeUp({ 'libs/a/src/one.ts': "import './one.ts'\n" }))).toHaveLength(1)
})

test('two ways to one file are no circle, and what is loaded late closes none', () => {
  const workspace = madeUp({
    'libs/a/src/one.ts': "import './two.ts'\nimport './three.ts'\n",
    'libs/a/src/two.ts': "import './three.ts'\nimport './gone.ts'\n",
    'libs/a/src/three.ts': "const load = () => import('./one.ts')\n",
  })
  expect(cycles(workspace)).toEqual([])
})

test('two circles apart are two findings', () => {
  const circle = (folder: string) => ({
    [`libs/${folder}/src/x.ts`]: "import './y.ts'\n",
    [`libs/${folder}/src/y.ts`]: "import './x.ts'\n",
  })
  expect(cycles(madeUp({ ...circle('a'), ...circle('b') }))).toHaveLength(2)
})

function rotations(way: string): string[] {
  const nodes = way.split(' → ').slice(1)
  return nodes.map((_, start) => {
    const turned = [...nodes.slice(start), ...nodes.slice(0, start)]
    return [...turned, turned[0]].join(' → ')
  })
}
