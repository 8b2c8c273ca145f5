export type Foo = string
export function renderIndex(o: unknown): Promise<string> {
  return Promise.resolve(String(o))
}
export function renderRepository(o: unknown, name: string): Promise<string> {
  return Promise.resolve(name + String(o))
}
