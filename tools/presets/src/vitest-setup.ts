// What vitest's own processes keep there; those that a test starts run from folders that are never seen again.
delete process.env['NODE_COMPILE_CACHE']
