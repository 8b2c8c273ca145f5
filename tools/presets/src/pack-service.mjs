// What `pack` of a service hands to pnpm as its pnpmfile: plain JavaScript, because pnpm reads no TypeScript here.

export const hooks = {
  /**
   * The package.json that comes into a release. What a service depends on is in its dist/main.js; where the release is
   * installed there is nothing to fetch.
   *
   * @param {Record<string, unknown>} manifest
   */
  beforePacking: (manifest) => ({
    ...manifest,
    dependencies: undefined,
    devDependencies: undefined,
    optionalDependencies: undefined,
    peerDependencies: undefined,
  }),
}
