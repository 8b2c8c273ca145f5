import native from 'nx/src/native/index.js'

/** Nx's own client of a remote cache, run by `startNxClient`, which says in the environment where the cache is. */
const client = new native.HttpRemoteCache()

process.on('message', ({ id, method, folder }: { id: number; method: 'retrieve' | 'store'; folder: string }) => {
  const done = method === 'retrieve' ? client.retrieve('1', folder) : client.store('1', folder, 'done\n', 0)
  done.then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, thrown: String(error) }),
  )
})
