import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClient } from '../client.fixture.ts'
import { startCompany } from './company.fixture.ts'

test('a package that npm has published is installed by another who shows no token', async () => {
  await using company = await startCompany()
  await using pat = await createClient('npm', { url: company.url, token: 'publisher' })
  await using rea = await createClient('npm', { url: company.url })
  await pat.ok(['publish'], { cwd: await pat.package('@acme/first', '1.0.0') })

  const project = await rea.project({ '@acme/first': '^1.0.0' })
  await rea.ok(['install'], { cwd: project })

  expect(await readFile(join(project, 'node_modules/@acme/first/index.js'), 'utf8')).toContain('@acme/first@1.0.0')
  expect(company.lines).toEqual([])
})
