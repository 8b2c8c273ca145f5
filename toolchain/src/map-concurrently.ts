/**
 * Like `Promise.all` over a map, with at most `limit` of them under way. After the first failure none is started, and it
 * rejects when those under way have ended: nothing goes on behind the caller's back.
 */
export async function mapConcurrently<In, Out>(
  items: readonly In[],
  limit: number,
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = []
  const queue = [...items.entries()]
  const state = { failed: false }
  const run = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !state.failed; next = queue.shift()) {
      const [index, item] = next
      try {
        results[index] = await work(item)
      } catch (error) {
        state.failed = true
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: limit }, run))
  const failure = ends.find((end) => end.status === 'rejected')
  if (failure !== undefined) throw failure.reason
  return results
}
