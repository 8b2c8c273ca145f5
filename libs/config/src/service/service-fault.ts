import type { LocatedFault } from '../fault.ts'

/** One thing that is wrong with a service's configuration. No kind holds a value of a variable or a secret. */
export type ServiceFault =
  | { kind: 'text'; file: string; fault: LocatedFault }
  | { kind: 'unreadable'; file: string; reason: string }
  | { kind: 'variable'; variable: string; key: string; expected: string }
  /** A secret in an environment variable. */
  | { kind: 'misplaced'; variable: string; key: string; file: string }
  /** A secret's file: missing, or one that must not be trusted. */
  | { kind: 'secret'; file: string; key: string; expected: string; found: string; command: string | undefined }
  | { kind: 'missing'; key: string; expected: string; places: readonly string[] }
  /** What only all sources together show. */
  | { kind: 'value'; key: string; expected: string; origin: string }

/** Every fault for a person, a block each: its place, what was expected, what was found, and the next command. */
export function formatServiceFaults(name: string, faults: readonly ServiceFault[]): string {
  const heading = `The configuration of ${name} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`
  return [heading, ...faults.map(formatFault)].join('\n\n')
}

/** Where a fault is to be mended. */
export function placeOf(fault: ServiceFault): string {
  switch (fault.kind) {
    case 'text':
      return `${fault.file}:${fault.fault.line}:${fault.fault.column}`
    case 'unreadable':
    case 'secret':
      return fault.file
    case 'variable':
    case 'misplaced':
      return fault.variable
    case 'missing':
      return fault.places[0] ?? fault.key
    case 'value':
      return fault.origin
  }
}

// No colon stands after a place: `APP_API_KEY: expected` looks like a key and its value, and redaction takes the value away.
function formatFault(fault: ServiceFault): string {
  const place = placeOf(fault)
  switch (fault.kind) {
    case 'text':
      return `${place} ${formatWords(fault.fault)}\n${fault.fault.excerpt}`
    case 'unreadable':
      return `${place} expected a readable UTF-8 text file, found that it cannot be read (${fault.reason})`
    case 'variable':
      return `${place} expected ${fault.expected} for ${fault.key}, found something else in this variable`
    case 'misplaced':
      return `${place} expected the secret ${fault.key} in the file ${fault.file}, found it in an environment variable\n  next:  unset ${fault.variable}`
    case 'secret':
      return `${place} expected ${fault.expected} for ${fault.key}, found ${fault.found}${fault.command === undefined ? '' : `\n  next:  ${fault.command}`}`
    case 'missing':
      return `${fault.key} expected ${fault.expected}, found nothing; it can be given in ${fault.places.join(' or ')}`
    case 'value':
      return `${place} expected ${fault.expected} for ${fault.key}, found something else`
  }
}

function formatWords({ expected, found, suggestion }: LocatedFault): string {
  return `expected ${expected}, found ${found}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`
}
