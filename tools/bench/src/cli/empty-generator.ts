/** The files that add a generator `empty`, which does nothing, to a clone's own generators. */
export function planEmptyGenerator(generatorsJson: string): Record<string, string> {
  const collection = JSON.parse(generatorsJson) as { generators: Record<string, object> }
  const empty = { factory: './src/generators/empty.ts', schema: './src/generators/schema.json', description: 'Nothing' }
  return {
    'tools/nx/generators.json': JSON.stringify({ ...collection, generators: { ...collection.generators, empty } }),
    'tools/nx/src/generators/empty.ts': 'export default function emptyGenerator(): void {}\n',
  }
}
