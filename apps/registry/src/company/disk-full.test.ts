import { join } from 'node:path'
import { createFolder, onSmallDisk, requireSmallDisk, startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startLocal } from './company.fixture.ts'
import { ask, publish } from './publish.fixture.ts'
import type { Stored } from './storage.ts'

const PROGRAM = join(import.meta.dirname, 'company-program.fixture.ts')

test.runIf(requireSmallDisk())(
  'a full disk refuses a publish as a whole, and takes it when there is room again',
  async () => {
    await using folder = await createFolder()
    const command = onSmallDisk({ folder: folder.path, size: '12m' }, [process.execPath, PROGRAM, folder.path])
    await using server = startProcess(command[0], command.slice(1))
    const url = /http:\/\/\S+/.exec(await server.waitFor(/listens on http:\/\/\S+/))?.[0] ?? ''
    const send = (version: string) => publish(url, '@acme/a', version, { bytes: `${version} `.repeat(40_000) })
    const answers: number[] = []
    do answers.push((await send(`1.0.${answers.length}`)).status)
    while (answers.at(-1) === 201)
    const refused = `1.0.${answers.length - 1}`
    const { versions, _rev = '' } = (await ask(url, '/@acme/a', { token: 'reader' })).body as Stored

    expect(answers.at(-1)).toBe(507)
    expect(answers.length).toBeGreaterThan(2)
    expect(Object.keys(versions).length).toBe(answers.length - 1)
    for (const version of Object.keys(versions)) {
      const tarball = await ask(url, `/@acme/a/-/a-${version}.tgz`, { token: 'reader' })
      expect(tarball.text).toBe(`${version} `.repeat(40_000))
    }
    expect((await ask(url, `/@acme/a/-/a-${refused}.tgz`, { token: 'reader' })).status).toBe(404)

    await ask(url, `/@acme%2fa/-rev/${_rev}`, { token: 'publisher', method: 'DELETE' })
    expect((await send(refused)).status).toBe(201)
  },
)

test.runIf(requireSmallDisk())('what is published is served from a disk that is full at the start', async () => {
  await using before = await startLocal()
  await publish(before.url, '@acme/a', '1.0.0')
  await using folder = await createFolder()
  const start = 'cp -r "$1" "$2/company" && (cat /dev/zero > "$2/full" || true) && exec "$3" "$4" "$2"'
  const command = ['sh', '-c', start, 'sh', before.folder.path, folder.path, process.execPath, PROGRAM] as const
  const [first, ...rest] = onSmallDisk({ folder: folder.path, size: '1m' }, [...command])
  await using server = startProcess(first, rest)
  const url = /http:\/\/\S+/.exec(await server.waitFor(/listens on http:\/\/\S+/))?.[0] ?? ''

  expect((await ask(url, '/@acme/a/-/a-1.0.0.tgz', { token: 'reader' })).text).toBe('@acme/a@1.0.0')
  await server.waitFor('the disk of the registry is full')
  expect((await publish(url, '@acme/a', '2.0.0')).status).toBe(507)
})
