import type { CompanyFolder, Stored } from './storage.ts'

const SIZE = 20
const MOST = 250

/**
 * The answer to `/-/v1/search`, with the fields that npm and pnpm read, some of which Verdaccio's own lacks:
 * https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md#get-v1search. Each word has to stand in the name, the description
 * or the keywords of a package's latest version.
 */
export async function search(folder: CompanyFolder, scopes: readonly string[], url: string): Promise<object> {
  const asked = new URLSearchParams(url.split('?')[1])
  const words = (asked.get('text') ?? '')
    .toLowerCase()
    .replaceAll('keywords:', '')
    .split(/[\s,]+/)
    .filter(Boolean)
  const objects: object[] = []
  for (const name of (await folder.names(scopes)).toSorted()) {
    const found = describe(await folder.read(name))
    if (found !== undefined && words.every((word) => found.text.includes(word))) objects.push(found.object)
  }
  const from = count(asked.get('from'), 0, objects.length)
  const size = count(asked.get('size'), SIZE, MOST)
  return { objects: objects.slice(from, from + size), total: objects.length, time: new Date().toUTCString() }
}

function describe(stored: Stored | undefined): { text: string; object: object } | undefined {
  const version = stored?.['dist-tags']['latest'] ?? ''
  const manifest = stored?.versions[version]
  if (stored === undefined || manifest === undefined) return undefined
  const { description = '', keywords = [], author, license, _npmUser: publisher } = manifest
  const user = { username: publisher?.name ?? '', email: '' }
  const found = {
    name: stored.name,
    version,
    description,
    keywords,
    date: stored.time?.[version],
    license,
    author,
    publisher: user,
    maintainers: [user],
    links: {},
  }
  const score = { final: 1, detail: { quality: 1, popularity: 1, maintenance: 1 } }
  const text = JSON.stringify([stored.name, description, keywords]).toLowerCase()
  return { text, object: { package: found, score, searchScore: 1 } }
}

function count(text: string | null, usual: number, most: number): number {
  const wanted = Number(text ?? usual)
  return Number.isInteger(wanted) && wanted >= 0 ? Math.min(wanted, most) : usual
}
