/** Work on one name goes one after the other; on others beside it. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Resolves or rejects as the work does, which begins when all that was asked for before on this name has ended. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#last.set(name, promise)
    await before
    try {
      return await work()
    } finally {
      resolve(undefined)
      if (this.#last.get(name) === promise) this.#last.delete(name)
    }
  }

  /** Resolves when the work that was asked for on this name has ended. */
  async settled(name: string): Promise<void> {
    await this.#last.get(name)
  }
}
