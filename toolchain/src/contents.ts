import type { Progress } from './api.ts'
import { readArchive } from './archive.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { treeDigest } from './digest.ts'
import { errors } from './errors.ts'
import type { Artifact, Content } from './lock-file.ts'
import type { ArtifactGroup } from './plan-lock.ts'

export type ContentOptions = {
  paths: readonly string[]
  /** The sources of the group that can be downloaded now. */
  readable: readonly Artifact[]
  store: ArtifactStore
  onProgress: ((progress: Progress) => void) | undefined
}

/**
 * Downloads the sources of a tool and computes what each says that an installation holds; all must say the same.
 * Errors: TOOLCHAIN_SOURCES_DIFFER and those of the store and of `readArchive`.
 */
export async function computeContents(group: ArtifactGroup, options: ContentOptions): Promise<Content[]> {
  const { tool, version, platform } = group
  const answers: { source: string; digests: readonly string[] }[] = []
  for (const artifact of options.readable) {
    const file = await options.store.get(artifact)
    options.onProgress?.({ kind: 'reading', source: artifact.source })
    const files = await readArchive(file, artifact)
    const digests = options.paths.map((path) =>
      path === '.' ? treeDigest(files) : `sha256:${files.find((at) => at.path === path)?.sha256 ?? ''}`,
    )
    answers.push({ source: artifact.source, digests })
  }
  return options.paths.map((path, index) => {
    const [digest = '', ...others] = [...new Set(answers.map(({ digests }) => digests[index] ?? ''))]
    if (others.length > 0)
      throw errors.TOOLCHAIN_SOURCES_DIFFER({ tool, platform, path, sources: answers.map(({ source }) => source) })
    return { tool, version, platform, path, digest }
  })
}
