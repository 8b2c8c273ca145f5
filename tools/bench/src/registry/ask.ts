/** The bytes of an answer, all of them. Throws where it is none of success. */
export async function ask(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  const response = await fetch(url, { headers })
  const bytes = Buffer.from(await response.arrayBuffer())
  if (!response.ok) throw new Error(`GET ${url} was answered with ${response.status}: ${bytes.toString('utf8')}`)
  return bytes
}
