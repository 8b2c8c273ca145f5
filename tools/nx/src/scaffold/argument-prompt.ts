type Question = { name: string; default?: unknown; missing?: () => unknown }

/**
 * A plop prompt that never asks: an argument that stands on the command line is taken from there, any other has its
 * default, and a missing one without default is an error.
 */
export class ArgumentPrompt {
  readonly #question: Question

  constructor(question: Question) {
    this.#question = question
  }

  run(): Promise<unknown> {
    const { default: fallback, missing } = this.#question
    return Promise.try(() => {
      if (missing !== undefined) throw missing()
      return fallback
    })
  }
}
