import type { CreateNodes } from '@nx/devkit'
import { targetsByFolder, targetsByRoom } from './targets.ts'
import type { Targets } from './targets.ts'

/** Where a project can stand. Its room, the first folder of its path, decides which targets it has. */
const PROJECT_FILES = '{apps/*,libs/*,tools/*,toolchain,docs}/package.json'

/**
 * Infers every target of every project from the place where its package.json stands. No file is read, so there is
 * nothing to cache: a thousand projects cost a few milliseconds.
 */
export const createNodes: CreateNodes = [
  PROJECT_FILES,
  (files) => files.map((file) => [file, { projects: { [folderOf(file)]: projectAt(folderOf(file)) } }]),
]

export const name = '@mochi/nx'

function folderOf(file: string): string {
  return file.slice(0, -'/package.json'.length)
}

function projectAt(folder: string): { name: string; targets: Targets } {
  const [room = '', name = room] = folder.split('/')
  return { name, targets: targetsByFolder[folder] ?? targetsByRoom[room] ?? {} }
}
