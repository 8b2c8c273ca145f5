import type FFI from 'node:ffi'
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'

/** Memory of a process, or of a file that it is mapped from and that keeps it. */
export type Memory = {
  readonly buffer: ArrayBuffer
  /** Whether it outlives a kill -9. */
  readonly isKept: boolean
  /** Whether another process has the same file, where that can be told. */
  readonly isTaken: boolean
}

/** The same numbers on Linux and macOS: PROT_READ | PROT_WRITE, MAP_SHARED, MAP_FAILED, LOCK_EX | LOCK_NB. */
const READ_WRITE = 3
const SHARED = 1
const FAILED = 2n ** 64n - 1n
const EXCLUSIVE_NOW = 6

const SIGNATURES = {
  mmap: { arguments: ['u64', 'u64', 'i32', 'i32', 'i32', 'i64'], return: 'u64' },
  flock: { arguments: ['i32', 'i32'], return: 'i32' },
} as const

/**
 * Maps a file of `length` bytes, made where there is none, and takes a lock on it that ends with the process. Only the
 * experimental `node:ffi` can do it; a Node without it gets memory of its own. Every block of the file is written first: a
 * hole that the disk has no room for would end the process at the first byte that goes there. Throws what `open` and `write` do.
 */
export function mapMemory(file: string, length: number): Memory {
  const ffi = foreignFunctions()
  if (ffi === undefined) return ownMemory(length)
  closeSync(openSync(file, 'a+', 0o600))
  const { functions } = ffi.dlopen(null, SIGNATURES)
  const fd = openSync(file, 'r+')
  if (functions.flock(fd, EXCLUSIVE_NOW) !== 0) {
    closeSync(fd)
    return { ...ownMemory(length), isTaken: true }
  }
  reserve(fd, length)
  // From here on it stays open, also where it cannot be mapped: the lock is that of the open file.
  const address = functions.mmap(0n, BigInt(length), READ_WRITE, SHARED, fd, 0n)
  if (address === FAILED) return ownMemory(length)
  return { buffer: ffi.toArrayBuffer(address, length, false), isKept: true, isTaken: false }
}

/** The types promise it; `--no-experimental-ffi` and other builds of Node do not. */
function foreignFunctions(): typeof FFI | undefined {
  return process.getBuiltinModule('node:ffi')
}

export function ownMemory(length: number): Memory {
  return { buffer: new ArrayBuffer(length), isKept: false, isTaken: false }
}

/** In order, so that a file of the full size is a whole one. Where there is no room the lock is given back. */
function reserve(fd: number, length: number): void {
  if (fstatSync(fd).size === length) return
  const block = Buffer.alloc(4096)
  try {
    for (let at = 0; at < length;) at += writeSync(fd, block, 0, Math.min(block.length, length - at), at)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}
