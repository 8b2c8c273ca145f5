import type { Uplink } from './uplink.ts'

/** The same uplink, which says whenever it has had an answer. */
export function watched<Given extends Uplink>(uplink: Given, onAnswer: () => void): Given {
  const noted = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    const answer = await asked
    onAnswer()
    return answer
  }
  return {
    ...uplink,
    document: (...args) => noted(uplink.document(...args)),
    tarball: (...args) => noted(uplink.tarball(...args)),
    json: (...args) => noted(uplink.json(...args)),
  }
}
