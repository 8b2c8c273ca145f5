import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatWantedSchema } from './wanted-schema.ts'

/** `node src/write-schema.ts` makes the editors' schema anew; a test says when it is stale. */
writeFileSync(join(import.meta.dirname, '../toolchain.schema.json'), formatWantedSchema())
