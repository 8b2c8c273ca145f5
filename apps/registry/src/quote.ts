const SHOWN = 60

/** What others wrote, in quotes and in one line, its end cut off when it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`)
}
