import { defaultPatience, planDirectory } from '@mochi/supervise'
import type { Checkout } from '@mochi/testing'

export type HelloPlan = {
  /** In the app's folder. */
  readonly program: string
  /** Arguments of Node that run a launcher. */
  readonly launcher: readonly [string, ...string[]]
}

/** A service directory of a checkout's hello, on any free port. */
export function planHello(checkout: Checkout, { program, launcher }: HelloPlan): ReturnType<typeof planDirectory> {
  return planDirectory({
    spec: {
      name: 'hello',
      command: ['node', program],
      folder: checkout.join('apps/hello'),
      sockets: { public: { host: '127.0.0.1', port: 0 } },
      ready: 'message',
      patience: defaultPatience,
      limits: {},
    },
    env: {},
    launcher: ['node', ...launcher],
    writer: ['cat'],
    log: {},
    isDown: false,
  })
}
