import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { findOnPath } from '../../probe/find-on-path.ts'
import { ok, warn } from '../finding.ts'
import type { Finding } from '../finding.ts'

/** Debian packages without which some tests are skipped, as `.ci/packages.txt` lists them. */
export async function checkTestPackages(context: Context): Promise<readonly Finding[]> {
  const id = 'packages'
  const list = await readFile(join(context.root, '.ci/packages.txt'), 'utf8').catch(() => '')
  const wanted = parsePackages(list)
  if (wanted.length === 0 || (await findOnPath('dpkg-query', context.env['PATH'])) === undefined)
    return [ok(id, 'not looked for: this system has no Debian packages')]
  const { stdout } = await context.run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted])
  const installed = stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : []))
  const absent = wanted.filter((name) => !installed.includes(name))
  if (absent.length === 0) return [ok(id, `all ${wanted.length} that tests want are installed`)]
  return [
    warn({
      id,
      found: `not installed: ${absent.join(', ')}`,
      meaning: 'The tests that need them are skipped here and run in CI only.',
      fix: `sudo apt-get install -y ${absent.join(' ')}`,
    }),
  ]
}

/** A name a line; what follows a `#` is the reason. */
export function parsePackages(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}
