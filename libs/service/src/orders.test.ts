import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { listenForOrders } from './orders.ts'

class Source extends EventEmitter {
  readonly sent: object[] = []
  readonly send = (message: object, said: (error: Error | null) => void): void => {
    this.sent.push(message)
    said(null)
  }
}

describe('the order to stop', () => {
  test.each(['SIGTERM', 'SIGINT'])('is %s, without a successor', async (signal) => {
    const source = new Source()
    const orders = listenForOrders(source)
    source.emit(signal)

    expect(await orders.stop).toEqual({ why: signal, hasSuccessor: false })
  })

  test.each([true, false])('is the launcher’s, which knows of a successor: %s', async (hasSuccessor) => {
    const source = new Source()
    const orders = listenForOrders(source)
    source.emit('message', { type: 'drain', hasSuccessor })

    expect(await orders.stop).toEqual({ why: 'drain', hasSuccessor })
  })

  test('is no other message, and no launcher that goes away once the service serves', async () => {
    const source = new Source()
    const orders = listenForOrders(source)
    orders.sayReady()
    for (const message of [undefined, null, 'drain', {}, { type: 'drain' }, { type: 'other', hasSuccessor: true }]) {
      source.emit('message', message)
    }
    source.emit('disconnect')
    source.emit('SIGINT')

    expect(await orders.stop).toMatchObject({ why: 'SIGINT' })
  })

  test('is a launcher that goes away before', async () => {
    const source = new Source()
    const orders = listenForOrders(source)
    source.emit('disconnect')

    expect(await orders.stop).toEqual({ why: 'its launcher ended before it was ready', hasSuccessor: false })
  })

  test('is a launcher that goes away at any time, where nobody comes after it', async () => {
    const source = new Source()
    const orders = listenForOrders(source, { endsWithLauncher: true })
    orders.sayReady()
    source.emit('disconnect')

    expect(await orders.stop).toEqual({ why: 'its launcher ended', hasSuccessor: false })
  })

  test('is listened for once: the next has its usual effect, and no channel keeps the process alive', () => {
    const source = new Source()
    listenForOrders(source)
    source.emit('SIGTERM')

    expect(source.eventNames()).toEqual([])
  })
})

test('a launcher is told when the service serves, and without one nobody is', () => {
  const source = new Source()
  listenForOrders(source).sayReady()
  listenForOrders(new EventEmitter()).sayReady()

  expect(source.sent).toEqual([{ type: 'ready' }])
})
