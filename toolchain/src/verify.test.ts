import { chmod, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireSmallDisk, runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { list } from './list.ts'
import { createInstalled } from './testing/installed.ts'
import type { Installed } from './testing/installed.ts'
import { runOnOverlay } from './testing/overlay.ts'
import { verify } from './verify.ts'
import type { VerifyOptions } from './verify.ts'

const platform = 'linux-x64'

async function faultsOf(at: Installed, more: Partial<VerifyOptions> = {}): Promise<string[]> {
  const { faults } = await verify({ ...at.place, platform, ...more })
  return faults.map(({ code, facts }) => `${code} ${String(facts['path'] ?? facts['link'])}`)
}

async function folderOfAlpha(at: Installed): Promise<string> {
  const { tools } = await list({ ...at.place, platform })
  return tools[0]?.path ?? ''
}

test('a fresh installation is as locked', async () => {
  await using at = await createInstalled()
  const report = await verify({ ...at.place, platform })
  expect(report).toMatchObject({ faults: [], damaged: [], mended: [], prefix: at.installer.prefix })
  // The tool, the two internal scripts, and a link to each.
  expect(report.checked).toBe(6)
})

test('changed, missing, additional files and lost rights are named one by one when the archive can be had', async () => {
  await using at = await createInstalled()
  const folder = await folderOfAlpha(at)
  await writeFile(join(folder, 'lib/one.txt'), 'eno\n')
  await rm(join(folder, 'lib/two.txt'))
  await writeFile(join(folder, 'lib/three.txt'), 'three\n')
  await chmod(join(folder, 'LICENSE'), 0o755)
  const artifacts = () => Promise.resolve(at.store)
  expect(await faultsOf(at, { artifacts })).toEqual([
    `TOOLCHAIN_FILE_CHANGED ${folder}/LICENSE`,
    `TOOLCHAIN_FILE_CHANGED ${folder}/lib/one.txt`,
    `TOOLCHAIN_FILE_CHANGED ${folder}/lib/three.txt`,
    `TOOLCHAIN_FILE_MISSING ${folder}/lib/two.txt`,
  ])
  expect(await faultsOf(at)).toEqual([`TOOLCHAIN_FILE_CHANGED ${folder}`])
})

test('a registry that is away does not hide the damage', async () => {
  await using at = await createInstalled()
  const folder = await folderOfAlpha(at)
  await writeFile(join(folder, 'LICENSE'), 'not free\n')
  const away = {
    ...at.store,
    cache: at.installer.folder.join('empty'),
    registry: { address: 'http://127.0.0.1:1', origin: '' },
  }
  expect(await faultsOf(at, { artifacts: () => Promise.resolve(away) })).toEqual([`TOOLCHAIN_FILE_CHANGED ${folder}`])
})

test('a link in the place of a file is a fault although it leads to the same bytes', async () => {
  await using at = await createInstalled()
  const folder = await folderOfAlpha(at)
  await rename(join(folder, 'LICENSE'), at.installer.folder.join('LICENSE'))
  await symlink(at.installer.folder.join('LICENSE'), join(folder, 'LICENSE'))
  expect(await faultsOf(at)).toContain(`TOOLCHAIN_FILE_CHANGED ${folder}/LICENSE`)
})

test('a tool that is gone, a changed script, and links that lead elsewhere, are absolute or too many', async () => {
  await using at = await createInstalled()
  const folder = await folderOfAlpha(at)
  const bin = join(at.installer.prefix, 'env/current/bin')
  const script = join(bin, await readlink(join(bin, 'mochi')))
  await writeFile(script, '#!/bin/sh\necho changed\n')
  await rm(join(bin, 'alpha'))
  await symlink(join(folder, 'bin/alpha'), join(bin, 'alpha'))
  await symlink('/bin/true', join(bin, 'extra'))
  await rm(folder, { recursive: true })
  const faults = await faultsOf(at)
  expect(faults).toHaveLength(4)
  expect(faults[0]).toBe(`TOOLCHAIN_FILE_MISSING ${folder}`)
  expect(faults[1]).toMatch(/^TOOLCHAIN_FILE_CHANGED .*opt\/scripts\/[0-9a-f]{12}\/mochi$/)
  expect(faults[2]).toMatch(/^TOOLCHAIN_LINK_WRONG .*bin\/alpha$/)
  expect(faults[3]).toMatch(/^TOOLCHAIN_LINK_WRONG .*bin\/extra$/)
})

test('fix puts everything back, and a program that runs meanwhile is not disturbed', async () => {
  await using at = await createInstalled()
  const folder = await folderOfAlpha(at)
  await writeFile(join(folder, 'lib/one.txt'), 'eno\n')
  await rm(join(at.installer.prefix, 'env/current/bin/alpha'))
  const fixed = await verify({ ...at.place, platform, fix: { environment: at.installer.env } })
  expect(fixed).toMatchObject({ faults: [], damaged: [] })
  expect(fixed.mended.map(({ code, facts }) => [code, facts['path'] ?? facts['link']])).toEqual([
    ['TOOLCHAIN_FILE_CHANGED', folder],
    ['TOOLCHAIN_LINK_WRONG', join(at.installer.prefix, 'env', fixed.generation, 'bin/alpha')],
  ])
  const { stdout } = await runProcess(join(at.installer.prefix, 'env/current/bin/alpha'), [])
  expect(stdout).toBe('alpha 1.0.0\n')
  expect(await readdir(join(at.installer.prefix, 'tmp'))).toEqual([])
})

test.runIf(requireSmallDisk())('fix works on a prefix that came with the image of a container', async () => {
  await using at = await createInstalled()
  await writeFile(join(await folderOfAlpha(at), 'lib/one.txt'), 'eno\n')
  await rm(join(at.installer.prefix, 'env/current/bin/alpha'))
  await mkdir(at.installer.folder.join('scratch'))
  const options = JSON.stringify({ ...at.place, platform, fix: { environment: at.installer.env } })
  const outcome = await runOnOverlay(
    { folder: at.installer.prefix, scratch: at.installer.folder.join('scratch') },
    `import { verify } from ${JSON.stringify(join(import.meta.dirname, 'verify.ts'))}
     console.log((await verify(${options})).faults.length)`,
  )
  expect(outcome).toMatchObject({ code: 0, stdout: '0\n' })
  expect(await faultsOf(at)).toHaveLength(2)
})

test('a fix that fails changes nothing', async () => {
  await using at = await createInstalled()
  const folder = await folderOfAlpha(at)
  await writeFile(join(folder, 'lib/one.txt'), 'eno\n')
  at.registry.server.answers.clear()
  await expect(verify({ ...at.place, platform, fix: { environment: at.installer.env } })).rejects.toMatchObject({
    code: 'TOOLCHAIN_REPAIR_FAILED',
  })
  expect(await faultsOf(at)).toEqual([`TOOLCHAIN_FILE_CHANGED ${folder}`])
  expect((await runProcess(join(folder, 'bin/alpha'), [])).stdout).toBe('alpha 1.0.0\n')
  expect(await readdir(join(at.installer.prefix, 'tmp'))).toEqual([])
})

test('what is not installed cannot be verified', async () => {
  await using at = await createInstalled()
  await expect(verify({ ...at.place, prefixes: ['/nowhere'], platform })).rejects.toMatchObject({
    code: 'TOOLCHAIN_NOT_INSTALLED',
  })
})
