export type Target =
  /** A request of git. */
  | { readonly is: 'refs' | 'pack'; readonly name: string }
  /** Somebody wants to push. */
  | { readonly is: 'push'; readonly name: string }
  /** A browser. */
  | { readonly is: 'page'; readonly name: string }

/** What a request is about: `/<name>.git/…` and `/<name>/…` are the same. */
export function parseTarget(url: string): Target {
  const [path = '', query = ''] = url.slice(1).split('?', 2)
  const service = new URLSearchParams(query).get('service')
  const name = (tail: string): string => path.slice(0, path.length - tail.length).replace(/\.git$/, '')
  if (path.endsWith('/git-upload-pack')) return { is: 'pack', name: name('/git-upload-pack') }
  if (path.endsWith('/git-receive-pack')) return { is: 'push', name: name('/git-receive-pack') }
  if (path.endsWith('/info/refs'))
    return { is: service === 'git-receive-pack' ? 'push' : 'refs', name: name('/info/refs') }
  return { is: 'page', name: name('').replace(/\/$/, '') }
}
