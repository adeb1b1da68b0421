import { createReadStream, fstatSync } from 'node:fs'
import type { Readable } from 'node:stream'

const STDIN = 0

/**
 * Opens stdin. Node takes a directory (`tidemark pipe < dump`) for an input without anything in it;
 * here it is one that cannot be read.
 *
 * @param descriptor - another file; default: that of the process
 */
export function openStdin(descriptor: number = STDIN): Readable {
  if (!fstatSync(descriptor).isDirectory()) return process.stdin
  return createReadStream('', { fd: descriptor, autoClose: false })
}
