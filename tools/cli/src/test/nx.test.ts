import { createCheckout } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createRun } from '../run-process.ts'
import { runNx } from './nx.ts'

test(
  'Nx gives an account of every task of every project, failed ones with their words',
  { timeout: 300_000 },
  async () => {
    await using checkout = await createCheckout({ install: true })
    const projects = ['libs/names', 'libs/testing']
    await checkout.write({
      'libs/names/src/wrong.ts': "export const wrong: number = 'text'\n",
      // What the other projects do is not the subject.
      '.nxignore':
        'apps\ndocs\nlibs/config\nlibs/service\nlibs/errors\ntoolchain\ntools/bench\ntools/cli\ntools/presets\n',
    })
    for (const folder of projects) await checkout.run('rm', ['-r', `${folder}/src`])
    await checkout.write({
      'libs/names/src/wrong.ts': "export const wrong: number = 'text'\n",
      'libs/testing/src/right.ts': 'export const right = 1\n',
    })
    const { path: root, env } = checkout
    const stdout = { write: () => undefined, isTTY: false, color: false, columns: 80 }
    const { tasks, faults } = await runNx(
      { root, env, stdout, run: createRun({ cwd: root, env }) },
      { soak: false, quiet: true },
    )
    expect(faults).toEqual([])
    const of = (project: string, target: string) =>
      tasks.find((task) => task.project === project && task.target === target)
    expect(of('names', 'typecheck')).toMatchObject({
      ok: false,
      output: expect.stringContaining("'string' is not assignable"),
    })
    expect(of('testing', 'typecheck')).toMatchObject({ ok: true })
    expect(of('testing', 'lint')).toMatchObject({ ok: true })
  },
)
