import { access, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const workspace = resolve(import.meta.dirname, '../../..')

test('the TypeScript that VS Code is told to use has a language server', async () => {
  const settings = await readFile(resolve(workspace, '.vscode/settings.json'), 'utf8')
  const folder = /"typescript\.tsdk": "(.+)"/.exec(settings)?.[1]
  await expect(access(resolve(workspace, folder ?? 'none', 'tsserver.js'))).resolves.toBeUndefined()
})
