/**
 * What went wrong at the bottom of an error, without the errors that only pass it on: Nx wraps a fault of one file five
 * times (`errors`, `cause`, pairs of a file and an error). Each message once, in the order found.
 */
export function innermostCauses(error: unknown): readonly string[] {
  return [...new Set(collect(error))]
}

function collect(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)]
  const inner = [...innerErrors(error), error.cause].flat().filter((each) => each instanceof Error)
  return inner.length === 0 ? [error.message.trim()] : inner.flatMap(collect)
}

function innerErrors(error: Error): readonly unknown[] {
  return 'errors' in error && Array.isArray(error.errors) ? (error.errors as readonly unknown[]) : []
}
