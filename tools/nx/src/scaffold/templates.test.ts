import { extname, join } from 'node:path'
import { APP_NAME_LENGTH, appNameFault } from '@mochi/names'
import { createRandom, seedFromEnvironment, workspaceRoot } from '@mochi/testing'
import type { Random } from '@mochi/testing'
import * as prettier from 'prettier'
import { beforeAll, describe, expect, test } from 'vitest'
import { kinds } from './kinds.ts'
import { readTemplate } from './read-template.ts'
import { createRenderer } from './render-project.fixture.ts'
import type { RenderProject } from './render-project.fixture.ts'
import type { PlannedFile } from './workspace.ts'

const NAMES = namesOfEveryLength(createRandom(seedFromEnvironment()))

let plan: RenderProject

beforeAll(async () => {
  plan = await createRenderer()
})

describe.each(kinds)('the template of a %s', (kind) => {
  test('is formatted for a name of every length', { timeout: 60_000 }, async () => {
    const badly: string[] = []
    for (const file of distinct(NAMES.flatMap((name) => plan(kind, name)))) {
      if (!(await isFormatted(file))) badly.push(file.path)
    }
    expect(badly).toEqual([])
  })

  test('says which template and answers it was made of', () => {
    const manifest = plan(kind, 'foo').find(({ path }) => path.endsWith('/package.json'))

    expect(JSON.parse(manifest?.content ?? '')).toMatchObject({
      name: '@mochi/foo',
      nx: { name: 'foo' },
      mochi: {
        kind,
        template: { name: kind, version: readTemplate(workspaceRoot, kind).version, answers: { name: 'foo' } },
      },
    })
  })
})

test('a name that is not in a line of its own makes a line too long, and the check says so', async () => {
  const content = (name: string) => `export const text = ['${name}', '${name}', '${name}']\n`

  expect(await isFormatted({ path: 'apps/a/src/a.ts', content: content('a'), isExecutable: false })).toBe(true)
  expect(await isFormatted({ path: 'apps/a/src/a.ts', content: content('a'.repeat(40)), isExecutable: false })).toBe(
    false,
  )
})

async function isFormatted({ path, content }: PlannedFile): Promise<boolean> {
  const filepath = join(workspaceRoot, path)
  const settings = await prettier.resolveConfig(filepath)
  if (settings === null) throw new Error('The settings of prettier were not found.')
  return prettier.check(content, { ...settings, filepath })
}

/** One of all files with the same text: many hold nothing of the name. */
function distinct(files: readonly PlannedFile[]): PlannedFile[] {
  return [...new Map(files.map((file) => [`${extname(file.path)} ${file.content}`, file])).values()]
}

/** For every length a name of one wide word, and a random one. */
function namesOfEveryLength(random: Random): string[] {
  const letters = ['a', 'b', 'm', 'w', 'x', '0', '9', '-']
  const lengths = Array.from({ length: APP_NAME_LENGTH }, (_, index) => index + 1)
  return lengths
    .flatMap((length) => [
      'm'.repeat(length),
      Array.from({ length }, (_, index) => (index === 0 ? 'x' : random.pick(letters))).join(''),
    ])
    .filter((name) => appNameFault(name) === undefined)
}
