import { createScanner, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Node, ParseError } from 'jsonc-parser'
import { quote } from './describe.ts'
import type { Fault } from './fault.ts'

/** The parser and all that read its tree call themselves for each level. */
const DEEPEST = 64
/** In a text that is no JSON at all nearly every letter is one; nobody reads on. */
const MOST = 100

export type Syntax = {
  /** Absent when the text cannot be read as JSON; faults of its meaning would then mislead. */
  root: Node | undefined
  faults: readonly Fault[]
}

/**
 * Reads plain JSON into a tree that knows where everything stands. Comments are a fault, but not in the way. Faults quote
 * `shown`, which has the text's length: a text that may hold a secret hands in one without it.
 */
export function parseSyntax(text: string, shown = text): Syntax {
  const tooDeep = findTooDeep(text)
  if (tooDeep !== undefined) return { root: undefined, faults: [tooDeep] }
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { disallowComments: true })
  const faults = firstAtEachPlace(errors)
    .slice(0, MOST)
    .map((error) => syntaxFault(shown, error))
  const onlyComments = errors.every((error) => printParseErrorCode(error.error) === 'InvalidCommentToken')
  return { root: onlyComments ? root : undefined, faults }
}

/** The numbers of `SyntaxKind`, a const enum, which a program that is not compiled cannot import. */
const OPENING: ReadonlySet<number> = new Set([1, 3])
const CLOSING: ReadonlySet<number> = new Set([2, 4])
const END = 17

function findTooDeep(text: string): Fault | undefined {
  const scanner = createScanner(text, true)
  let depth = 0
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (OPENING.has(token)) depth += 1
    if (CLOSING.has(token)) depth -= 1
    if (depth > DEEPEST) {
      return { offset: scanner.getTokenOffset(), length: 1, expected: `at most ${DEEPEST} levels`, found: 'one more' }
    }
  }
  return undefined
}

/** The parser says more than once what is wrong at one place; what follows the first is its guess at mending. */
function firstAtEachPlace(errors: readonly ParseError[]): ParseError[] {
  return errors.filter(({ offset }, index) => errors[index - 1]?.offset !== offset)
}

function syntaxFault(text: string, { error, offset, length }: ParseError): Fault {
  const found = text.slice(offset, offset + length)
  const afterComma = /^[\]}]/.test(found) ? ', and no comma after the last entry' : ''
  return {
    offset: Math.min(offset, text.length),
    length: Math.min(length, text.length - offset),
    expected: (expectations[printParseErrorCode(error)] ?? 'JSON') + afterComma,
    found: found === '' ? 'the end of the text' : quote(found),
  }
}

const expectations: Partial<Record<ReturnType<typeof printParseErrorCode>, string>> = {
  InvalidSymbol: 'a value: an object, a list, a text in double quotes, a number, true, false or null',
  InvalidNumberFormat: 'a number',
  PropertyNameExpected: 'a key in double quotes',
  ValueExpected: 'a value',
  ColonExpected: 'a colon between key and value',
  CommaExpected: 'a comma between two entries',
  CloseBraceExpected: 'a closing brace }',
  CloseBracketExpected: 'a closing bracket ]',
  EndOfFileExpected: 'nothing after the end of the document',
  InvalidCommentToken: 'plain JSON, which has no comments',
  UnexpectedEndOfComment: 'plain JSON, which has no comments',
  UnexpectedEndOfString: 'a closing double quote on the same line',
  UnexpectedEndOfNumber: 'a digit',
  InvalidUnicode: 'four hexadecimal digits after \\u',
  InvalidEscapeCharacter: 'one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u',
  InvalidCharacter: 'control characters in a text to be written as \\n, \\t or \\u and four digits',
}
