// What `pack` of a library hands to pnpm as its pnpmfile: plain JavaScript, because pnpm reads no TypeScript here.

export const hooks = {
  /**
   * The package.json that comes into the tarball: what only this workspace reads stays here. A new version of a tool that tests
   * use would otherwise be other bytes of a version that is published.
   *
   * @param {Record<string, unknown>} manifest
   */
  beforePacking: (manifest) => ({
    ...manifest,
    devDependencies: undefined,
    scripts: undefined,
    nx: undefined,
    mochi: undefined,
  }),
}
