/** A text of at most `length` characters: the whole lines of its start or of its end, and a mark where the rest was. */
export function shorten(text: string, length: number, keep: 'start' | 'end' = 'start'): string {
  if (text.length <= length) return text
  if (keep === 'start') {
    const start = text.slice(0, length - 2)
    const end = start.lastIndexOf('\n')
    return `${start.slice(0, end === -1 ? undefined : end)}\n…`
  }
  const end = text.slice(2 - length)
  return `…\n${end.slice(end.indexOf('\n') + 1)}`
}
