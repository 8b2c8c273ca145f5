import type { Server } from 'node:http'

declare const verdaccio: { runServer: (config: object) => Promise<Server> }
export = verdaccio
