/** Takes the parts of one object and notes the faults with their paths. A part that is wrong is taken as an empty one. */
export class Reader {
  readonly #values: ReadonlyMap<string, unknown>
  readonly #faults: string[]
  readonly #path: string
  readonly #taken = new Set<string>()

  constructor(value: unknown, faults: string[], path = '') {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isObject && value !== undefined) faults.push(`${path === '' ? 'the whole' : path} has to be an object`)
    this.#values = new Map(isObject ? Object.entries(value) : [])
    this.#faults = faults
    this.#path = path
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  text(key: string): string {
    const value = this.#take(key)
    if (typeof value === 'string' && value !== '') return value
    this.#fault(key, 'has to be a text')
    return ''
  }

  /** A whole number from 0 up; undefined when there is none. */
  number(key: string): number | undefined {
    const value = this.#take(key)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
    this.#fault(key, 'has to be a whole number from 0 up')
    return undefined
  }

  /** A whole number from 0 up; its absence is a fault. */
  required(key: string): number {
    if (!this.has(key)) this.#fault(key, 'has to be a whole number from 0 up')
    return this.number(key) ?? 0
  }

  oneOf<Value extends string>(key: string, values: readonly [Value, ...Value[]]): Value {
    const value = this.#take(key)
    const found = values.find((each) => each === value)
    if (found === undefined && value !== undefined) this.#fault(key, `has to be one of ${values.join(', ')}`)
    return found ?? values[0]
  }

  command(key: string): [string, ...string[]] {
    const value = this.#take(key)
    if (Array.isArray(value) && value.every((word) => typeof word === 'string')) {
      const [program, ...args] = value
      if (program !== undefined && program !== '') return [program, ...args]
    }
    this.#fault(key, 'has to be a list of texts: the program and its arguments')
    return ['']
  }

  part(key: string): Reader {
    return new Reader(this.#take(key), this.#faults, this.#pathOf(key))
  }

  /** A word that nobody asked for is a mistake in writing. */
  refuseOthers(): void {
    for (const key of this.#values.keys()) if (!this.#taken.has(key)) this.#fault(key, 'is not known')
  }

  #take(key: string): unknown {
    this.#taken.add(key)
    return this.#values.get(key)
  }

  #fault(key: string, what: string): void {
    this.#faults.push(`${this.#pathOf(key)} ${what}`)
  }

  #pathOf(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`
  }
}
