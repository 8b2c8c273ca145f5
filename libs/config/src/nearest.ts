/** The word that was probably meant: the one with the fewest letters changed, where that is at most a third of them, rounded up. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words
    .filter((candidate) => Math.abs(candidate.length - word.length) <= limit(candidate))
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= limit(candidate))
    .sort((first, second) => first.distance - second.distance)
  return ranked[0]?.candidate
}

function limit(word: string): number {
  return Math.ceil(word.length / 3)
}

/** How many letters have to be added, removed or replaced (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  const first = Array.from({ length: to.length + 1 }, (_, index) => index)
  const last = Array.from(from).reduce<number[]>((above, letter, row) => {
    const line = [row + 1]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1)
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1))
    }
    return line
  }, first)
  return last.at(-1) ?? 0
}
