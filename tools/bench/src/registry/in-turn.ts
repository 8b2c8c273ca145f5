type Measured<T> = { -readonly [K in keyof T]: T[K] extends () => Promise<infer V> ? V : never }

/** Measures all sides once in each round, one after the other, and each round begins with another side. */
export async function inTurn<T extends Record<string, () => Promise<unknown>>>(
  rounds: number,
  sides: T,
): Promise<Measured<T>[]> {
  const names = Object.keys(sides)
  const measured: Measured<T>[] = []
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length
    const values: Record<string, unknown> = {}
    for (const name of [...names.slice(first), ...names.slice(0, first)]) values[name] = await sides[name]?.()
    measured.push(values as Measured<T>)
  }
  return measured
}
