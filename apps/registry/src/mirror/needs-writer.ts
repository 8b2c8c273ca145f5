/** Thrown, before anything was asked or written, where only the process that writes can go on. */
export class NeedsWriter extends Error {}
