import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { ok, warn } from '../finding.ts'
import type { Finding } from '../finding.ts'

/** Settings in the user's own `.npmrc` that make commands behave otherwise here than on every other machine. */
export async function checkNpmrc({ home, env }: Pick<Context, 'home' | 'env'>): Promise<readonly Finding[]> {
  const file = env['NPM_CONFIG_USERCONFIG'] ?? env['npm_config_userconfig'] ?? join(home, '.npmrc')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return [ok('npmrc', `${file} is not there`)]
  const { mode } = await stat(file)
  const findings = judgeNpmrc(text, { file, readableByOthers: (mode & 0o077) !== 0, env })
  return findings.length === 0 ? [ok('npmrc', `nothing odd in ${file}`)] : findings
}

type Oddity = { matches: (key: string, value: string) => boolean; meaning: string }

const ODDITIES: readonly Oddity[] = [
  { matches: (key) => key === 'prefix', meaning: 'npm installs global programs elsewhere than ~/.local.' },
  {
    matches: (key, value) => key === 'strict-ssl' && value === 'false',
    meaning: 'Nobody checks whom npm and pnpm download from.',
  },
  {
    matches: (key, value) => (key === 'omit' && value.includes('dev')) || (key === 'production' && value === 'true'),
    meaning: 'Development dependencies are left out, and with them every tool.',
  },
  { matches: (key, value) => key === 'offline' && value === 'true', meaning: 'Nothing new can be downloaded.' },
  {
    matches: (key) =>
      ['node-linker', 'shamefully-hoist', 'public-hoist-pattern', 'link-workspace-packages'].includes(key),
    meaning: 'pnpm lays node_modules out otherwise than on every other machine.',
  },
  {
    matches: (key) => ['_auth', '_authtoken', '_password', 'username'].includes(key),
    meaning: 'A credential without a registry before it is refused by npm, or sent to every registry.',
  },
]

export type NpmrcFacts = {
  file: string
  readableByOthers: boolean
  env: Readonly<Record<string, string | undefined>>
}

/** Pure. Values are never repeated: half of them are credentials. */
export function judgeNpmrc(text: string, { file, readableByOthers, env }: NpmrcFacts): readonly Finding[] {
  const settings = parseNpmrc(text)
  const odd = settings.flatMap(({ key, value, line }) =>
    ODDITIES.filter(({ matches }) => matches(key.toLowerCase(), value)).map(({ meaning }) =>
      warn({ id: `npmrc.${key}`, found: `${file}:${line} sets ${key}`, meaning, fix: `npm config delete ${key}` }),
    ),
  )
  const unset = settings.flatMap(({ key, value, line }) =>
    [...value.matchAll(/\$\{(\w+)\}/g)]
      .map(([, name = '']) => name)
      .filter((name) => env[name] === undefined)
      .map((name) =>
        warn({
          id: `npmrc.${key}.variable`,
          found: `${file}:${line} wants the variable ${name}, which is not set`,
          meaning: 'The setting is taken with an empty or literal value.',
          fix: `export ${name}=<value>`,
        }),
      ),
  )
  const secret = settings.some(
    ({ key, value }) => /(_auth|_authtoken|_password)$/i.test(key) && !value.startsWith('${'),
  )
  const open = warn({
    id: 'npmrc.mode',
    found: `${file} holds a credential and others may read it`,
    meaning: 'Every user of this machine can publish in your name.',
    fix: `chmod 600 ${file}`,
  })
  return [...odd, ...unset, ...(secret && readableByOthers ? [open] : [])]
}

function parseNpmrc(text: string): readonly { key: string; value: string; line: number }[] {
  return text.split('\n').flatMap((source, index) => {
    const match = /^\s*([^#;=\s][^=]*?)\s*(?:=\s*(.*?)\s*)?$/.exec(source)
    return match === null ? [] : [{ key: match[1] ?? '', value: match[2] ?? 'true', line: index + 1 }]
  })
}
