import type { Finding } from './finding.ts'

/** The findings for a person, by file and line: what is wrong, the mend, the rule. */
export function formatFindings(findings: readonly Finding[]): string {
  return sortFindings(findings)
    .map(({ rule, file, line, message, mend }) => {
      const place = line === undefined ? file : `${file}:${line}`
      return `${place}  ${message}\n  mend: ${mend}  [${rule}]\n`
    })
    .join('')
}

/** In the order of files, lines and rules, the same on every machine. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const key = ({ file, line = 0, rule, message }: Finding) =>
    [file, String(line).padStart(6, '0'), rule, message].join('\0')
  return findings.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
