import { isMochiError, redact } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import { http } from './built-ins.ts'

export type ProblemOptions = {
  /** What is wrong with this request, for the person who sent it. */
  detail?: string | undefined
  headers?: Readonly<Record<string, string>> | undefined
  /** Further members of the document, for programs. */
  members?: Readonly<Record<string, unknown>> | undefined
}

/** An answer that is an error, thrown by a route: the client gets it as a problem document. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly options: ProblemOptions

  constructor(status: number, code: string, options: ProblemOptions) {
    super(options.detail ?? code)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.options = options
  }
}

/**
 * A problem that a route throws: `throw problem(409, 'NAME_TAKEN', 'foo is taken.')`. Codes are for programs and stay as they
 * are; the detail is for people. A coded error of @mochi/errors in place of the code gives its own code and message to the
 * client, which it otherwise does not see.
 */
export function problem(status: number, code: string | MochiError, options: string | ProblemOptions = {}): Problem {
  const given = typeof options === 'string' ? { detail: options } : options
  if (typeof code === 'string') return new Problem(status, code, given)
  return new Problem(status, code.code, { detail: code.message, ...given })
}

/** RFC 9457. `type` is left out: it is `about:blank`, so that `title` is the words of the status; `code` tells problems apart. */
export type ProblemDocument = {
  title: string
  status: number
  code: string
  detail?: string
  requestId?: string
  [member: string]: unknown
}

/** The document for a client, as JSON. */
export function formatProblem({ status, code, options: { detail, members } }: Problem, requestId?: string): string {
  const document: ProblemDocument = {
    title: http.STATUS_CODES[status] ?? 'Error',
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...members,
    ...(requestId === undefined ? {} : { requestId }),
  }
  return JSON.stringify(document)
}

/** What fastify and its plugins say with a status: our code for it. */
const CODES: Readonly<Record<number, string>> = {
  400: 'REQUEST_INVALID',
  401: 'NOT_AUTHENTICATED',
  403: 'NOT_ALLOWED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  408: 'REQUEST_TOO_SLOW',
  409: 'CONFLICT',
  411: 'LENGTH_REQUIRED',
  413: 'BODY_TOO_LARGE',
  414: 'URL_TOO_LONG',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  422: 'UNPROCESSABLE',
  429: 'TOO_MANY_REQUESTS',
  431: 'HEADERS_TOO_LARGE',
}

type Thrown = { statusCode?: unknown; validation?: unknown; validationContext?: unknown; message?: unknown }

/**
 * The problem that anything thrown is to the client. What is the client's fault is explained to it; of a fault of ours it
 * learns no more than the code of a coded error: the rest is in the log.
 */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  if (isMochiError(thrown)) return new Problem(500, thrown.code, {})
  if (typeof thrown !== 'object' || thrown === null) return new Problem(500, 'INTERNAL_ERROR', {})
  const { statusCode: status, validation, validationContext, message } = thrown as Thrown
  if (Array.isArray(validation)) return validationProblem(validation as Fault[], String(validationContext))
  if (typeof status !== 'number' || status < 400 || status > 499) return new Problem(500, 'INTERNAL_ERROR', {})
  return new Problem(status, CODES[status] ?? `HTTP_${status}`, { detail: redact(String(message)) })
}

/** A fault as ajv tells it. */
type Fault = { instancePath?: string; message?: string; params?: Record<string, unknown> }

/** Each fault points into the body, the query, the headers or the parameters, with a JSON pointer (RFC 6901). */
function validationProblem(faults: readonly Fault[], context: string): Problem {
  const errors = faults.map(({ instancePath = '', message = 'is not valid', params = {} }) => ({
    in: context,
    pointer: `${instancePath}${keyOf(params)}`,
    detail: wordsFor(params) ?? message,
  }))
  const detail = errors.map((error) => `${error.in}${error.pointer} ${error.detail}`).join('; ')
  return new Problem(400, 'REQUEST_INVALID', { detail, members: { errors } })
}

/** The key that is meant, where the fault is told of the object around it. */
function keyOf({ missingProperty, additionalProperty }: Record<string, unknown>): string {
  const key = missingProperty ?? additionalProperty
  return typeof key === 'string' ? `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` : ''
}

function wordsFor(params: Record<string, unknown>): string | undefined {
  if ('missingProperty' in params) return 'is missing'
  return 'additionalProperty' in params ? 'is no key that is known here' : undefined
}
