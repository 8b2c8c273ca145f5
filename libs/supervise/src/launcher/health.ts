import { connect } from 'node:net'
import type { SocketAddress } from '../sockets.ts'

/** How often a service that says nothing is asked, and how long it is waited for an answer, in milliseconds. */
const PAUSE = 100
const PATIENCE = 2_000

/** Asks `/health` until it answers with 200, then calls back once. The value stops it. */
export function waitForHealth(address: SocketAddress, onHealthy: () => void): () => void {
  const state: { timer?: NodeJS.Timeout; isOver: boolean } = { isOver: false }
  const ask = (): void =>
    askHealth(address, (isHealthy) => {
      if (state.isOver) return
      if (isHealthy) onHealthy()
      else state.timer = setTimeout(ask, PAUSE)
    })
  ask()
  return () => {
    state.isOver = true
    clearTimeout(state.timer)
  }
}

/** One request by hand and the first line of its answer: node:http would be a third of a launcher's memory. */
function askHealth({ host, port }: SocketAddress, onAnswer: (isHealthy: boolean) => void): void {
  const socket = connect({ host, port, timeout: PATIENCE })
  const state = { text: '' }
  socket.setEncoding('latin1')
  socket.write(
    `GET /health HTTP/1.1\r\nhost: ${host.includes(':') ? `[${host}]` : host}:${port}\r\nconnection: close\r\n\r\n`,
  )
  socket.on('data', (chunk: string) => {
    state.text += chunk
    if (state.text.includes('\r\n')) socket.destroy()
  })
  socket.on('timeout', () => socket.destroy())
  socket.on('error', () => undefined)
  socket.once('close', () => onAnswer(/^HTTP\/1\.[01] 200[ \r]/.test(state.text)))
}
