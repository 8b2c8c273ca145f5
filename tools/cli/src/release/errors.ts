import { defineErrors } from '@mochi/errors'
import type { UnpublishedDependency } from './unpublished-dependencies.ts'

/** What keeps `mochi release` from doing what it was asked. */
export const errors = defineErrors({
  CLI_RELEASE_CHANGESETS: {
    summary: 'The changesets of this checkout cannot be read',
    explain:
      'Either `.changeset/config.json` or one of the files beside it is not what changesets expects, or names a package that is not here.',
    message: ({ reason }: { reason: string }) => `Expected changesets that can be read, found: ${reason}.`,
    where: () => '.changeset',
    hint: () => './mochi exec -- npx changeset status',
  },
  CLI_RELEASE_PENDING: {
    summary: 'Changesets wait to become versions, so what is here is no release yet',
    explain: [
      'What the sources do now is told by changesets that no version has taken up: published, it would be an old version with new',
      'contents. `./mochi release publish --version` makes the versions and their changelogs of them, commits that, and publishes it. Where',
      'versions are reviewed first, `npx changeset version` makes them alone.',
    ].join('\n'),
    message: ({ changesets }: { changesets: readonly string[] }) =>
      `Expected no changeset that waits, found ${changesets.length}: ${changesets.join(', ')}.`,
    where: () => '.changeset',
    hint: () => './mochi release publish --version',
  },
  CLI_RELEASE_UNCOMMITTED: {
    summary: 'The working tree has changes that are in no commit',
    explain:
      'A tag says from which commit a version was made. With changes that are in no commit it would say so wrongly.',
    message: ({ paths }: { paths: readonly string[] }) =>
      `Expected a working tree without changes, found ${paths.length}: ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ', …' : ''}.`,
    hint: () => 'git status',
  },
  CLI_RELEASE_SHALLOW: {
    summary: 'The clone has not all tags of git',
    explain: [
      'Which versions are tagged is known from the tags, and a shallow clone has few of them: versions of long ago would be tagged anew, at',
      'another commit. In a workflow, have the checkout fetch everything (`fetch-depth: 0` of actions/checkout).',
    ].join('\n'),
    message: () => 'Expected a clone with its history and tags, found a shallow one.',
    hint: () => 'git fetch --unshallow --tags',
  },
  CLI_RELEASE_DEPENDENCY: {
    summary: 'A package that is published needs one that is not',
    explain: [
      'Whoever installs the package could not install what it needs. Publish that too (no `"private": true` in its package.json), keep both',
      'private, or move what is needed to a library that is published.',
    ].join('\n'),
    message: ({ faults }: { faults: readonly UnpublishedDependency[] }) =>
      `Expected published packages to need published packages alone, found: ${faults.map(({ from, to }) => `${from} needs ${to}`).join(', ')}.`,
    hint: () => './mochi check',
  },
  CLI_RELEASE_ELSEWHERE: {
    summary: 'A package says that it is published to another registry',
    explain: [
      'A registry in `publishConfig` of a package.json counts before every other: the package would go there, whatever was asked. Take it away,',
      'make the package private, or publish to that registry by `--registry`.',
    ].join('\n'),
    message: ({ url, faults }: { url: string; faults: readonly { name: string; registry: string }[] }) =>
      `Expected every package to be for ${url}, found ${faults.map(({ name, registry }) => `${name}, which names ${registry}`).join('; ')}.`,
    hint: ({ faults: [first] }: { faults: readonly { name: string; registry: string }[] }) =>
      `./mochi release plan --registry ${first?.registry ?? 'ADDRESS'}`,
  },
  CLI_RELEASE_REGISTRY: {
    summary: 'The registry does not say what it has',
    explain: 'It does not answer, or answers what a registry does not. Nothing was published.',
    message: ({ url, reason }: { url: string; reason: string }) =>
      `Expected the registry at ${url} to say which versions it has, found ${reason}.`,
    where: ({ url }: { url: string }) => url,
    hint: ({ url }: { url: string }) => `./mochi release plan --registry ${url}`,
  },
  CLI_RELEASE_TOKEN: {
    summary: 'The registry does not let this user publish',
    explain: [
      'No `.npmrc` of this user or checkout has a token for the registry, or it has ended, or is one that reads alone. `npm login` gets a token',
      'for a person. One for a machine is made where the registry runs: `./mochi registry token create --group publish`; in CI it comes in a',
      'file that NPM_CONFIG_USERCONFIG names.',
    ].join('\n'),
    message: ({ url, reason }: { url: string; reason: string }) =>
      `Expected to be let in by the registry at ${url}, which answered: ${reason}.`,
    where: ({ url }: { url: string }) => url,
    hint: ({ url }: { url: string }) => `./mochi exec -- npm login --auth-type=legacy --registry=${url}/`,
  },
  CLI_RELEASE_OTHER_BYTES: {
    summary: 'The registry has this version with other contents',
    explain: [
      'The package has changed since its version was published, and no changeset said so. A version never changes: say in a changeset what is',
      'new, so that the change gets a version of its own. Nothing was published, because packages that need this one may need the change.',
    ].join('\n'),
    message: ({ packages }: { packages: readonly string[] }) =>
      `Expected the registry to have what this commit makes, found other contents of ${packages.join(', ')}.`,
    where: ({ url }: { url: string }) => url,
    hint: () => './mochi exec -- npx changeset',
  },
  CLI_RELEASE_FAILED: {
    summary: 'A package was not published',
    explain: [
      'What the registry or pnpm said stands in the message. What came before it is published and tagged; what comes after it was not begun,',
      'because it may need it. The same command goes on where this one ended.',
    ].join('\n'),
    message: ({ id, left, output }: { id: string; left: number; output: string }) =>
      `Expected ${id} to be published, and ${left === 0 ? 'it was not' : `it was not, nor were the ${left} after it`}: ${output}`,
    hint: () => './mochi release publish',
  },
})
