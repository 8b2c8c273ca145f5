/**
 * Targets that make the same bytes of the same inputs, wherever they run. A shared cache may have some of their hits built
 * again and compared: another result is a fault of the build, or of whoever wrote the cache.
 */
export const REPRODUCIBLE: readonly string[] = ['build']
