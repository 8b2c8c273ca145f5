import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createRenderer } from './render-project.fixture.ts'

type Manifest = {
  readonly exports: string | Readonly<Record<string, string>>
  readonly files: readonly string[]
  readonly publishConfig: { readonly exports: Readonly<Record<string, unknown>> }
  readonly private?: boolean
  readonly mochi?: { readonly template?: object }
}

const render = await createRenderer()
const generated = parse(render('lib', 'foo').find(({ path }) => path.endsWith('/package.json'))?.content ?? '')

/** The libraries that no generator has made: the platform's own, and what a company has written by hand to publish it. */
const byHand = globSync('libs/*/package.json', { cwd: workspaceRoot })
  .sort()
  .map((path) => ({ path, manifest: parse(readFileSync(join(workspaceRoot, path), 'utf8')) }))
  .filter(({ manifest }) => manifest.mochi?.template === undefined && manifest.private !== true)

test('the libraries of the platform are looked at', () => {
  expect(byHand.map(({ path }) => path)).toEqual(
    expect.arrayContaining(
      ['config', 'errors', 'names', 'service', 'testing'].map((lib) => `libs/${lib}/package.json`),
    ),
  )
})

test.for(byHand)('$path is published like a library that is generated', ({ manifest }) => {
  const shared = (key: string) => !/dependencies$/i.test(key)
  expect(Object.keys(manifest).filter(shared)).toEqual(Object.keys(generated).filter(shared))
  expect(manifest.files).toEqual(expect.arrayContaining([...generated.files]))
  expect(manifest.publishConfig.exports).toEqual(builtFrom(manifest))
})

test('a generated library publishes what it exports', () => {
  expect(generated.publishConfig.exports).toEqual(builtFrom(generated))
})

/** Each entry of a library, as `build` writes it. */
function builtFrom({ exports }: Manifest): Record<string, unknown> {
  const entries = typeof exports === 'string' ? { '.': exports } : exports
  return Object.fromEntries(
    Object.entries(entries).map(([name, source]) => {
      const built = source.replace('./src/', './dist/').replace(/\.ts$/, '')
      return [name, { types: `${built}.d.ts`, default: `${built}.js` }]
    }),
  )
}

function parse(text: string): Manifest {
  return JSON.parse(text) as Manifest
}
