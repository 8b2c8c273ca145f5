import type * as Http from 'node:http'
import type * as Https from 'node:https'
import type * as Tls from 'node:tls'

/**
 * Built-ins that a start would pay dearly for as ES modules: to import one makes everything that it exports, which is all of
 * undici for node:http, and every root certificate for node:tls.
 */
export const http: typeof Http = process.getBuiltinModule('node:http')
export const https: typeof Https = process.getBuiltinModule('node:https')
export const tls: typeof Tls = process.getBuiltinModule('node:tls')
