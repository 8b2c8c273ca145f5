import { defineErrors } from '@mochi/errors'

const SHOWN = 60

/** What this package refuses. */
export const errors = defineErrors({
  NAMES_APP_INVALID: {
    summary: 'A text is no name for an app or a library',
    explain: `An app's name becomes a folder, a package, a DNS label, a variable's prefix and part of node names, so it keeps to
what all of them allow: words of lower-case letters and digits joined by single dashes, beginning with a letter, at most
40 characters. It does not end in a flavor (\`-localdev\`, \`-dev\`, \`-prod\`), because the service name of \`foo\` in
flavor \`dev\` is \`foo_dev\`, in DNS \`foo-dev\`. Choose a name like \`user-profile2\`.`,
    message: (facts: { expected: string; found: string; suggestion: string | undefined }) =>
      `Expected a name made of ${facts.expected}, found ${shown(facts.found)}.`,
    hint: hintOf,
  },
  NAMES_APP_RESERVED: {
    summary: 'A name is taken by the platform or its tools',
    explain: `The name keeps the rule for app names but already means something to the platform, to Nx, or in the environment of
every process; an app of that name would be misread. The message says what it means. Choose another name.`,
    message: (facts: { found: string; reason: string; suggestion: string | undefined }) =>
      `Expected a name that is free, found ${shown(facts.found)}, which is reserved: ${facts.reason}.`,
    hint: hintOf,
  },
})

function hintOf(facts: { suggestion: string | undefined }): string {
  return facts.suggestion === undefined
    ? 'Choose a name like user-profile2.'
    : `A name near it that is allowed: ${facts.suggestion}`
}

/** Long texts are cut: whoever pasted a file into a prompt does not want it back. */
function shown(text: string): string {
  const [...letters] = text.slice(0, 2 * SHOWN)
  return JSON.stringify(text.length <= SHOWN ? text : `${letters.slice(0, SHOWN).join('')}…`)
}
