import { MochiError } from './mochi-error.ts'

/** One kind of failure: its words, given its facts. */
export type ErrorDefinition<Facts extends object> = {
  /** What `mochi --explain CODE` prints first, and the heading's line in docs/reference/errors.md. */
  summary: string
  /** Why it happens and how to mend it, for someone who meets it the first time. Markdown. */
  explain: string
  /** One sentence: what was expected, what was found. */
  message: (facts: Facts) => string
  where?: (facts: Facts) => string
  /** The next command. */
  hint?: (facts: Facts) => string
}

/** The facts that a definition's texts need, all together. */
export type ErrorFacts<Definition> = FactsOf<Definition, 'message'> &
  FactsOf<Definition, 'where'> &
  FactsOf<Definition, 'hint'>

type FactsOf<Definition, Part extends string> =
  Definition extends Record<Part, (facts: infer Facts) => string> ? Facts : unknown

type Definitions = Record<string, ErrorDefinition<never>>

type UpperCaseKeys<Set> = { [Code in keyof Set]: Code extends Uppercase<string & Code> ? unknown : never }

type FactoryOptions = { cause?: unknown }

/** Makes the error of one code. Calling it without its facts does not compile; where it has none, they may be left out. */
type Factory<Facts> = unknown extends Facts
  ? (facts?: object, options?: FactoryOptions) => MochiError
  : (facts: Facts, options?: FactoryOptions) => MochiError

type Factories<Set extends Definitions> = {
  readonly [Code in keyof Set]: Factory<ErrorFacts<Set[Code]>>
}

/** A package's closed set of failures: what it can throw, and the words for each. */
export type Catalogue<Set extends Definitions = Definitions> = Factories<Set> & {
  readonly definitions: Set
}

/**
 * A package's closed set of failures. Each package has one, in `src/errors.ts`, exported as `errors`; `mochi --explain`
 * and docs/reference/errors.md are made of them all.
 *
 *     export const errors = defineErrors({
 *       PORT_TAKEN: {
 *         summary: 'Another process holds the port',
 *         explain: '…',
 *         message: (facts: { port: number; holder: string }) => `Port ${facts.port} is held by ${facts.holder}.`,
 *         hint: () => 'mochi status',
 *       },
 *     })
 *     throw errors.PORT_TAKEN({ port: 4873, holder: 'node (pid 12)' })
 */
export function defineErrors<const Set extends Definitions>(definitions: Set & UpperCaseKeys<Set>): Catalogue<Set> {
  const factories = Object.entries(definitions).map(([code, definition]) => [code, factory(code, definition)] as const)
  return { ...Object.fromEntries(factories), definitions } as unknown as Catalogue<Set>
}

function factory(
  code: string,
  definition: ErrorDefinition<never>,
): (facts: never, options?: FactoryOptions) => MochiError {
  return (facts, options) =>
    new MochiError({
      code,
      message: definition.message(facts),
      where: definition.where?.(facts),
      hint: definition.hint?.(facts),
      facts,
      cause: options?.cause,
    })
}
