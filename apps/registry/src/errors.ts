import { defineErrors } from '@mochi/errors'

/** What the registry refuses, and why it does not start. */
export const errors = defineErrors({
  REGISTRY_PACKUMENT_INVALID: {
    summary: 'The document of a package is not one',
    explain: `A registry answers what it knows of a package with one JSON document, its packument. What another registry answers is not
believed: a document that is no JSON, names another package or has keys that no package has is refused as a whole and never
stored; a single version that is broken is left out, and \`./mochi registry explain NAME\` says so.`,
    message: (facts: { name: string; reason: string }) =>
      `Expected the packument of ${facts.name}, but it ${facts.reason}.`,
  },
})
