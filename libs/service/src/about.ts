import { randomBytes } from 'node:crypto'

/** What a package.json says of a service. */
export type Manifest = {
  readonly name: string
  readonly version?: string
  /** The commit that a release was made of, as npm writes it. */
  readonly gitHead?: string
}

/** Who answers: the same for all requests of a process. */
export type About = {
  /** The app's name: that of its package, without the scope. */
  readonly name: string
  readonly version: string
  readonly revision: string | undefined
  /** Of this process alone. */
  readonly instance: string
}

export function describeService({ name, version = '0.0.0', gitHead }: Manifest): About {
  return { name: appName(name), version, revision: gitHead, instance: randomBytes(8).toString('hex') }
}

/** `hello` of `@mochi/hello`. */
export function appName(packageName: string): string {
  return packageName.replace(/^@[^/]+\//, '')
}
