import { join, resolve } from 'node:path'
import { bundle, readLock } from '@mochi/toolchain'
import prettyBytes from 'pretty-bytes'
import type { BundleFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { artifactOptions, platformOf } from './place.ts'

/** `mochi toolchain bundle`: the path of `--output` is relative to the folder that the user is in. */
export async function runBundle(context: Context, flags: BundleFlags): Promise<undefined> {
  const platform = platformOf(flags.platform ?? context.platform)
  const { generation } = await readLock(join(context.root, 'toolchain/toolchain.lock'))
  const report = await bundle({
    root: context.root,
    platform,
    output: resolve(context.cwd, flags.output ?? `mochi-${generation}-${platform}.tar`),
    ...(await artifactOptions(context)),
  })
  if (flags.json) {
    writeJson(context.stdout, report)
    return
  }
  const { path, bytes, sha256, artifacts } = report
  context.stdout.write(
    `Wrote ${path}: ${artifacts} artefacts, ${prettyBytes(bytes)}, sha256 ${sha256}.\n` +
      'On the other machine, in a checkout: toolchain/install --bundle FILE\n',
  )
}
