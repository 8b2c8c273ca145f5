/** Figures of a service's own by their names, read when somebody asks. */
export class Gauges {
  readonly #gauges = new Map<string, () => number>()

  add(name: string, read: () => number): void {
    if (this.#gauges.has(name)) throw new Error(`There is a gauge ${name} already.`)
    this.#gauges.set(name, read)
  }

  /** One that cannot be read just now, or is no number, is left out: the others are still wanted. */
  read(): Record<string, number> {
    const read = [...this.#gauges].map(([name, gauge]) => [name, tryRead(gauge)] as const)
    return Object.fromEntries(read.filter(([, value]) => Number.isFinite(value)))
  }
}

function tryRead(gauge: () => number): number {
  try {
    return gauge()
  } catch {
    return Number.NaN
  }
}
