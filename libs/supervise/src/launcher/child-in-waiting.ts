import { isMochiError } from '@mochi/errors'
import type { ServiceSockets } from '../sockets.ts'
import { startChild } from './child.ts'
import type { Child, ChildOptions } from './child.ts'

/** How often an address that is still taken is tried again, in milliseconds. */
const PAUSE = 20

export type WaitingOptions = Omit<ChildOptions, 'sockets'> & {
  /** The sockets of the launcher; throws while their addresses are taken. */
  readonly sockets: () => ServiceSockets
  readonly onStarted: () => unknown
}

/**
 * A child that starts as soon as the sockets of its service can be had. They are there from the beginning, but where a
 * process that another launcher left behind holds the address until it has been told to end.
 */
export function startChildWhenFree({ sockets, onStarted, ...options }: WaitingOptions): Child {
  const state: { child?: Child; timer?: NodeJS.Timeout; isOver: boolean } = { isOver: false }
  const giveUp = (reason: string): void => {
    if (state.isOver) return
    state.isOver = true
    clearTimeout(state.timer)
    setImmediate(() => options.onExit({ code: null, signal: null, reason }))
  }
  const attempt = (): void => {
    const found = bound(sockets)
    if (found instanceof Error) {
      if (isMochiError(found) && found.code === 'SUPERVISE_PORT_TAKEN') state.timer = setTimeout(attempt, PAUSE)
      else giveUp(found.message)
      return
    }
    try {
      state.child = startChild({ ...options, sockets: found })
    } catch (error) {
      // Node tells only some of what the system refuses by an event.
      giveUp((error as Error).message)
      return
    }
    onStarted()
  }
  attempt()
  return {
    get pid() {
      return state.child?.pid
    },
    drain: (hasSuccessor) => {
      if (state.child === undefined) giveUp('told to end before it was started')
      else state.child.drain(hasSuccessor)
    },
    kill: () => {
      if (state.child === undefined) giveUp('told to end before it was started')
      else state.child.kill()
    },
  }
}

function bound(sockets: () => ServiceSockets): ServiceSockets | Error {
  try {
    return sockets()
  } catch (error) {
    return error as Error
  }
}
