/** The digest of an archive's outputs, whatever their times. Loaded when the first archive is compared. */
export function inspectContents(archive: Buffer): Promise<string> {
  return Promise.reject(new Error(`not there yet: ${archive.length}`))
}
