/**
 * The candidates that a mistyped word most likely means, best first, at most three unless more are wanted. More letters apart than a third of the
 * word's length, nothing is guessed. A candidate that begins with the word, or ends with it after a separator, is always
 * near.
 */
export function findNearest(word: string, candidates: readonly string[], { most = 3 } = {}): readonly string[] {
  const wanted = word.toLowerCase()
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  return candidates
    .map((candidate) => ({ candidate, distance: distanceWithin(limit, wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate)
}

function distanceWithin(limit: number, wanted: string, candidate: string): number {
  const rest = candidate.slice(0, -wanted.length)
  const isPart = candidate.startsWith(wanted) || (candidate.endsWith(wanted) && /[_:-]$/.test(rest))
  if (isPart && wanted.length >= 3) return 0.5
  // What is that much longer need not be compared, letter by letter, to be too far.
  return Math.abs(wanted.length - candidate.length) > limit ? Infinity : editDistance(wanted, candidate)
}

/** How many letters have to be added, removed, changed or swapped with their neighbour (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const current = [i]
    for (let j = 1; j <= to.length; j++) {
      const changed = at(previous, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const best = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, changed)
      current.push(swapped ? Math.min(best, at(beforePrevious, j - 2) + 1) : best)
    }
    beforePrevious = previous
    previous = current
  }
  return at(previous, to.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
