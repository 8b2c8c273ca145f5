import { isMochiError } from '@mochi/errors'
import { errors } from './errors.ts'
import { readText, writeNpmrc } from './user-npmrc.ts'

/** Writes what the change makes of the file's text; whether that is another. Throws CLI_REGISTRY_NPMRC. */
export async function changeNpmrc(file: string, change: (text: string) => Promise<string>): Promise<boolean> {
  try {
    const text = await readText(file)
    const changed = await change(text)
    if (changed === text) return false
    await writeNpmrc(file, changed)
    return true
  } catch (cause) {
    if (isMochiError(cause)) throw cause
    throw errors.CLI_REGISTRY_NPMRC({ file, reason: (cause as Error).message }, { cause })
  }
}
