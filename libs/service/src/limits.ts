/** What one client can take of a service. Times are in milliseconds. */
export type Limits = {
  /** Bytes of a body; a route may have another with fastify's `bodyLimit`. Beyond: 413. */
  readonly body: number
  /** Bytes of a URL. Beyond: 414. */
  readonly url: number
  /** Bytes of all headers, the URL included, and their number. Beyond: 431. */
  readonly headerBytes: number
  readonly headers: number
  /** Until the headers of a request are there, and until all of it is. Beyond: 408. */
  readonly headersTime: number
  readonly requestTime: number
  /** From the headers of a request until an answer begins. Beyond: 503. What then flows may take as long as it does. */
  readonly answerTime: number
  /**
   * How long an idle connection stays open. Longer than proxies keep theirs, which is 60 s for most: the side that sends has
   * to be the one that closes, or a request is lost on the way.
   */
  readonly keepAlive: number
  /** Connections at a time; those beyond are told 503, and a quarter more are refused without a word. */
  readonly connections: number
}

export const defaultLimits: Limits = {
  body: 1_048_576,
  url: 8_192,
  headerBytes: 16_384,
  headers: 100,
  headersTime: 10_000,
  requestTime: 60_000,
  answerTime: 60_000,
  keepAlive: 72_000,
  connections: 10_000,
}
