import { get } from 'node:http'
import type { SocketAddress } from '../sockets.ts'

/** How often a service that says nothing is asked, in milliseconds. */
const PAUSE = 100

/** Asks `/health` until it answers with 200, then calls back once. The value stops it. */
export function waitForHealth(address: SocketAddress, onHealthy: () => void): () => void {
  const state: { timer?: NodeJS.Timeout; isOver: boolean } = { isOver: false }
  const again = (): void => {
    if (!state.isOver) state.timer = setTimeout(ask, PAUSE)
  }
  const ask = (): void => {
    const request = get({ ...address, path: '/health', agent: false, timeout: 2_000 }, (response) => {
      response.resume()
      if (response.statusCode === 200 && !state.isOver) onHealthy()
      else again()
    })
    request.on('timeout', () => request.destroy())
    request.on('error', again)
  }
  ask()
  return () => {
    state.isOver = true
    clearTimeout(state.timer)
  }
}
