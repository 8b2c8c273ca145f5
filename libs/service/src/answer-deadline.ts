import { problem } from './problem.ts'
import type { OpenAnswer, Traffic } from './traffic.ts'

/**
 * Answers 503 in place of a handler that has not begun to answer in time; the handler is not stopped. What has begun to flow,
 * such as a download or events, may take as long as it does. One timer for all requests, none when there are none. Returns
 * what is to be told of each request.
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
    const waiting = [...traffic().connections.values()].flatMap(({ answers }) =>
      answers.filter(({ response }) => !response.headersSent),
    )
    const oldest = Math.min(...waiting.filter(({ since }) => since > limit).map(({ since }) => since))
    if (Number.isFinite(oldest)) arm(Math.ceil(oldest - limit))
    for (const answer of waiting) if (answer.since <= limit) refuse(answer, answerTime)
  }
  return () => {
    if (state.timer === undefined) arm(answerTime)
  }
}

function refuse({ response, reply }: OpenAnswer, answerTime: number): void {
  response.setHeader('connection', 'close')
  reply?.send(problem(503, 'ANSWER_TOO_SLOW', `The service had no answer within ${answerTime / 1000} s.`))
}
