export type Environment = Readonly<Record<string, string | undefined>>

/** The way to upstream through the company's proxy, whom it trusts, and the user's own keys. */
const KEPT =
  /^(?:PATH|HOME|TMPDIR|SSH_AUTH_SOCK|SSL_CERT_FILE|SSL_CERT_DIR|GIT_SSL_CAINFO|GIT_SSL_CAPATH|GIT_PROXY_SSL_CAINFO|(?:https?|no|all)_proxy|(?:HTTPS?|NO|ALL)_PROXY)$/

/** What git is told by variables: nothing of the machine's or the user's configuration, no questions, English. */
export function gitEnvironment(environment: Environment): Record<string, string> {
  const kept = Object.entries(environment).filter(([name, value]) => KEPT.test(name) && value !== undefined)
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: 'http:https:ssh:git',
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C',
  }
}

/**
 * Faults of old commits that harm nobody: how dates, names and file modes are written. Everything else that fsck knows, `.git` in paths above all,
 * is refused.
 */
const HARMLESS = [
  ...['badDate', 'badDateOverflow', 'badEmail', 'badName', 'badTimezone', 'zeroPaddedDate', 'badTagName'],
  ...[
    'missingEmail',
    'missingNameBeforeEmail',
    'missingSpaceBeforeEmail',
    'missingSpaceBeforeDate',
    'missingTaggerEntry',
  ],
  ...['multipleAuthors', 'zeroPaddedFilemode', 'badFilemode'],
]

/** Of every call. No hook runs, nothing is thrown away, nothing asks for a password. */
export const SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.logAllRefUpdates=false',
  'core.bigFileThreshold=32m',
  'credential.helper=',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.version=2',
  'pack.threads=2',
  'pack.windowMemory=256m',
]

export type FetchLimits = { readonly lowestSpeed: number; readonly stallSeconds: number }

/** Of what speaks with upstream. */
export function fetchSettings({ lowestSpeed, stallSeconds }: FetchLimits): string[] {
  return [
    'fetch.fsckObjects=true',
    // Objects stay in the pack in which they came, however few: files are as many as fetches.
    'fetch.unpackLimit=1',
    'fetch.recurseSubmodules=false',
    'transfer.bundleURI=false',
    'http.followRedirects=false',
    `http.lowSpeedLimit=${lowestSpeed}`,
    `http.lowSpeedTime=${stallSeconds}`,
    ...HARMLESS.map((name) => `fetch.fsck.${name}=ignore`),
  ]
}
