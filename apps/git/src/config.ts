import { DataFolder, serviceConfig, Type } from '@mochi/service'
import type { ConfigOf } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }

const PART = '[a-z0-9][a-z0-9._-]*'

/** Lower case alone: two names never differ in what some disks do not tell apart. */
const NAME = `^(?!.*\\.(?:git|lock)(?:/|$))(?!.{101})${PART}(?:/${PART})*$`

/** A host begins with a letter or digit, so that nobody takes it for an option; there is no place for a password. */
const URL = '^(?:https?|ssh|git)://(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?/\\S+$'

const Repository = Type.Object(
  {
    url: Type.String({
      pattern: URL,
      patternErrorMessage: 'an http, https, ssh or git URL without a password',
      description: 'Where upstream is',
    }),
  },
  { additionalProperties: false },
)

const count = (value: number, maximum: number, description: string) =>
  Type.Integer({ default: value, minimum: 1, maximum, description })

/** What the service can be told; the variable of `syncAt` is `GIT_SYNC_AT`. */
export const configSchema = serviceConfig(manifest, {
  data: DataFolder(),
  repositories: Type.Record(
    Type.String({ pattern: NAME, patternErrorMessage: 'a name such as tools/jq, in lower case' }),
    Repository,
    { default: {}, additionalProperties: false, description: 'What is mirrored, by name' },
  ),
  syncAt: Type.String({
    default: '03:00',
    pattern: '^(?:[01][0-9]|2[0-3]):[0-5][0-9]$',
    patternErrorMessage: 'a local time such as 03:00',
    description: 'When the daily run begins',
  }),
  syncJitter: Type.Integer({
    default: 60,
    minimum: 0,
    maximum: 720,
    description: 'Minutes over which machines spread their runs',
  }),
  repositoryLimit: count(20_000, 10_000_000, 'Megabytes that one repository may use'),
  refLimit: count(100_000, 5_000_000, 'Branches and tags of one repository'),
  memoryLimit: count(2_000, 1_000_000, 'Megabytes of memory that git may use to fetch'),
  fetchMinutes: count(120, 1_440, 'How long one fetch may take'),
  lowestSpeed: count(1_000, 1_000_000_000, 'Bytes a second; upstream that sends less for stallSeconds is given up'),
  stallSeconds: count(60, 3_600, 'How long upstream may send next to nothing'),
  clones: count(16, 1_000, 'Clones and fetches that are served at a time'),
})

export type Config = ConfigOf<typeof configSchema>
