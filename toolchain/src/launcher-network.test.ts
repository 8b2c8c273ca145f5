import { dirname } from 'node:path'
import { runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startArtifactServer } from './testing/artifact-server.ts'
import { createAuthority } from './testing/authority.ts'
import { createInstaller } from './testing/installer.ts'
import { findProgram } from './testing/programs.ts'
import { startProxy } from './testing/proxy.ts'

/** What npm, pnpm and Node do behind a company's proxy and authority when the launcher runs them. */
test(
  'npm, pnpm and Node reach a registry through the proxy, trusting NODE_EXTRA_CA_CERTS; without it none does',
  { timeout: 60_000 },
  async () => {
    await using installer = await createInstaller()
    const authority = await createAuthority(installer.folder)
    await using secure = await startArtifactServer(authority)
    await using proxy = await startProxy()
    const url = `https://registry.example:${secure.port}`
    const manifest = JSON.stringify({ name: 'left', version: '1.0.0', dependencies: { right: '1.0.0' } })
    await installer.folder.write({ 'project/package.json': manifest })
    const commands = [
      ['node', '-e', `fetch('${url}/from-node').then((answer) => console.log(answer.status), () => process.exit(1))`],
      ['npm', 'view', 'from-npm', '--fetch-retries=0'],
      ['pnpm', 'install'],
    ]
    const path = ['node', 'npm', 'pnpm'].map((name) => dirname(findProgram(name))).join(':')
    const run = async (command: readonly string[], extra: Record<string, string>) => {
      const env = {
        ...installer.env,
        MOCHI_REGISTRY: url,
        https_proxy: proxy.url,
        pnpm_config_fetch_retries: '0',
        ...extra,
      }
      const args = ['-c', `PATH=$PATH:${path}; exec "$0" exec -- "$@"`, `${installer.checkout}/mochi`, ...command]
      await runProcess('sh', args, { cwd: installer.folder.join('project'), env })
    }
    // The made-up toolchain comes from the local server, before the proxy stands between.
    expect((await installer.run(['--quiet'])).code).toBe(0)
    for (const command of commands) await run(command, {})
    expect(secure.requests.items).toEqual([])
    for (const command of commands) await run(command, { NODE_EXTRA_CA_CERTS: authority.certificateFile })
    const asked = secure.requests.items.map((request) => request.path)
    expect(asked).toEqual(expect.arrayContaining(['/from-node', '/from-npm', '/right']))
    expect(new Set(proxy.seen.items)).toEqual(new Set([`CONNECT registry.example:${secure.port}`]))
  },
)
