import { defineErrors } from '@mochi/errors'

/** Why a service cannot keep its data where it is to. */
export const errors = defineErrors({
  DATA_FORMAT_NEWER: {
    summary: 'The data of a service was written by a newer version',
    explain: `A folder of data holds the number of its format, and this version of the service does not know the one that stands there. Run the
newer version again, or give this one another folder.`,
    message: (facts: { service: string; folder: string; found: string; known: number }) =>
      `Expected data of format ${facts.known} or older in ${facts.folder}, found ${facts.found}.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: (facts: { service: string }) =>
      `run the newer version, or set ${facts.service.toUpperCase()}_DATA to another folder`,
  },
  DATA_FOLDER_UNUSABLE: {
    summary: 'A service cannot use the folder of its data',
    explain: `A service makes its folder, for its user alone, and has to be able to write and rename files in it. It is refused when others
than its owner could write to it: they could put things there that nobody has checked.`,
    message: (facts: { service: string; folder: string; reason: string }) =>
      `Expected to be able to keep data in ${facts.folder}, but ${facts.reason}.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: (facts: { service: string; folder: string }) =>
      `ls -ld ${facts.folder}, or set ${facts.service.toUpperCase()}_DATA to another folder`,
  },
})
