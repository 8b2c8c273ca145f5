import { findUnpublishedDependencies } from '../../release/unpublished-dependencies.ts'
import type { Finding } from '../finding.ts'
import { lineOfDependency, packageNamed } from '../manifest.ts'
import type { Package, Workspace } from '../workspace.ts'

const rule = 'publishable'

/**
 * A package without `"private": true` is published by `mochi release`: it has a licence, says which files it consists of and what
 * JavaScript it exports there, and needs no package that stays here.
 */
export function publishable(workspace: Workspace): Finding[] {
  const published = workspace.packages.filter(({ manifest }) => manifest.private !== true)
  return [...published.flatMap(lacks), ...unpublished(workspace)]
}

function lacks({ folder, manifest, manifestFile }: Package): Finding[] {
  const exported = JSON.stringify(manifest.publishConfig?.exports ?? '')
  const parts = {
    'a version': manifest.version !== undefined,
    'a license': (manifest.license ?? '') !== '',
    '"files" with "dist"': manifest.files?.includes('dist') === true,
    '"publishConfig.exports" with JavaScript below dist': /"\.\/dist\/[^"]+\.js"/.test(exported),
    '"publishConfig.exports" with types below dist': /"\.\/dist\/[^"]+\.d\.ts"/.test(exported),
  }
  return Object.entries(parts).flatMap(([part, isThere]) => {
    if (isThere) return []
    const message = `${folder} is published: expected ${part} in its package.json.`
    return [{ rule, file: manifestFile.path, message, mend: 'Write it as libs/errors does, or "private": true.' }]
  })
}

function unpublished(workspace: Workspace): Finding[] {
  return findUnpublishedDependencies(workspace.packages.map(({ manifest }) => manifest)).flatMap(({ from, to }) => {
    const project = packageNamed(workspace, from)
    if (project === undefined) return []
    const message = `${from} is published and needs ${to}, which is private: nobody could install it.`
    const mend = `Publish ${to} too, make ${from} private, or move what it needs to a library that is published.`
    return [{ rule, file: project.manifestFile.path, line: lineOfDependency(project, to), message, mend }]
  })
}
