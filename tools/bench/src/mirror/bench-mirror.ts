import type { Benchmark } from '../benchmarks.ts'
import { createPreparedCheckout } from '../prepared-checkout.ts'
import { runTimed } from '../time-command.ts'
import { measureMirror } from './measure-mirror.ts'

/** What it costs to mirror this workspace's lock file, beside a plain download of the same files. */
export const benchMirror: Benchmark = async ({ say }) => {
  const introduction =
    'Packages mirrored: `apps/registry` as servers run it, `node dist/main.js` below a launcher, and an upstream of the benchmark on loopback that has all that this workspace’s lock file names. Beside it a process that writes the same files to the disk, checks nothing, and keeps no packuments that somebody could ask for.'
  say('setting a clone up')
  await using prepared = await createPreparedCheckout()
  const { checkout, env, generation } = prepared
  const source = env['npm_config_registry']
  if (source === undefined)
    return {
      introduction,
      results: [],
      missing: [{ what: 'the mirror', why: 'npm_config_registry names no registry' }],
    }
  runTimed(['npx', 'nx', 'build', 'registry'], { cwd: checkout.path, env })
  const setup = { root: checkout.path, workspace: checkout.path, env, generation, source, pairs: 5 }
  return { introduction, results: await measureMirror(setup, { say }), missing: [] }
}
