/** Clients are of few kinds, and each sends what all of its kind send. */
const MOST = 64

/** What is longer no client sends. */
const LONGEST = 512

/** The same function, which does not parse again what it has just parsed for others: so many short texts at most. */
export function remembered<Value>(parse: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const value = parse(text)
    if (known.size === MOST) known.clear()
    if (text.length <= LONGEST) known.set(text, value)
    return value
  }
}
