import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createFolder } from './folder.ts'
import { linkSystem } from './link-system.ts'

test('the system’s commands are linked, the first of a name, without those that mochi pins', async () => {
  await using folder = await createFolder({
    ...{ 'first/tool': 'first', 'first/node': '', 'first/corepack': '', 'first/nodetool': '' },
    ...{ 'second/tool': 'second', 'second/npx': '', 'second/other': '' },
  })
  await linkSystem(folder.join('bin'), [folder.join('first'), folder.join('second')])

  expect((await readdir(folder.join('bin'))).sort()).toEqual(['nodetool', 'other', 'tool'])
  expect(await readFile(folder.join('bin/tool'), 'utf8')).toBe('first')
})
