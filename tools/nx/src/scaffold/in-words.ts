import { formatError, isMochiError } from '@mochi/errors'

/**
 * A coded error as plop and Nx can show it: both print an error's message alone, so it holds all that there is to say,
 * and Nx offers the stack where there is one, which a refusal does not need. Any other error is a bug and stays as it is.
 */
export function inWords(error: unknown): unknown {
  return isMochiError(error) ? withoutStack(formatError(error).replace(/^error: /, ''), error) : error
}

/** An error that is its message and nothing else. */
export function withoutStack(message: string, cause?: unknown): Error {
  const error = new Error(message, { cause })
  error.stack = ''
  return error
}
