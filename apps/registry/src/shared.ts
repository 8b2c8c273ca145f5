/** Work under way, by what it is for: whoever wants the same meanwhile gets the same. */
export class Shared<Value> {
  readonly #running = new Map<string, Promise<Value>>()

  run(key: string, work: () => Promise<Value>): Promise<Value> {
    const found = this.#running.get(key)
    if (found !== undefined) return found
    const started = work().finally(() => this.#running.delete(key))
    this.#running.set(key, started)
    return started
  }
}
