import { problem } from './problem.ts'
import type { Traffic } from './traffic.ts'

/**
 * Answers 503 in place of a handler that has not begun to answer in time; the handler is not stopped. What has begun to flow, such as a download or events, may take as long as it does. One timer for all requests, none when
 * there are none. Returns what is to be told of each request.
 */
export function limitAnswerTime(traffic: () => Traffic, answerTime: number): () => void {
  const state: { timer?: NodeJS.Timeout | undefined } = {}
  const arm = (delay: number): void => {
    state.timer = setTimeout(sweep, delay)
    state.timer.unref()
  }
  const sweep = (): void => {
    state.timer = undefined
    const limit = performance.now() - answerTime
    for (const [response, { since, reply }] of traffic().answers) {
      if (response.headersSent) continue
      // The oldest come first.
      if (since > limit) {
        arm(Math.ceil(since - limit))
        return
      }
      response.setHeader('connection', 'close')
      reply?.send(problem(503, 'ANSWER_TOO_SLOW', `The service had no answer within ${answerTime / 1000} s.`))
    }
  }
  return () => {
    if (state.timer === undefined) arm(answerTime)
  }
}
