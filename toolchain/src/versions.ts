/** True for `1.2.3`: no pre-release, no build. */
export function isStable(version: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(version)
}

/** Orders stable versions, older first (semver.org, 11). */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number))
  for (let index = 0; index < 3; index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
