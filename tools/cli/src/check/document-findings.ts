import type { LocatedFault } from '@mochi/config'
import type { MochiError } from '@mochi/errors'
import type { Finding } from './finding.ts'

/** Every fault of a document that its reader refused, each at its line. `file` is the document's path from the root. */
export function documentFindings(error: MochiError, { rule, file }: Pick<Finding, 'rule' | 'file'>): Finding[] {
  const { faults = [] } = error.facts as { faults?: readonly LocatedFault[] }
  return faults.map(({ line, expected, found, suggestion }) => ({
    rule,
    file,
    line,
    message: `Expected ${expected}, found ${found}.`,
    mend: suggestion === undefined ? `Correct ${file}.` : `Did you mean ${suggestion}?`,
  }))
}
