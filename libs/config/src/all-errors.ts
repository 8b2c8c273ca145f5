import type { TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { Errors } from 'typebox/schema'
import { Settings } from 'typebox/system'

/**
 * Every error of a value, as typebox describes them. Alone, typebox stops at eight, unless told otherwise for the whole
 * process.
 */
export function findAllErrors(schema: TSchema, value: unknown): TLocalizedValidationError[] {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: Number.MAX_SAFE_INTEGER })
  try {
    const [, errors] = Errors({}, schema, value)
    return errors
  } finally {
    Settings.Set({ maxErrors })
  }
}
