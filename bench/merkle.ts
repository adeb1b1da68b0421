/*
 * How fast are revisions hashed, trees built and compared? Each question is a file of bench/merkle.
 * Expected on two cores: the kernel hashes about a hundred times as fast as BigInt and eight times
 * as fast as 32-bit lanes; two workers build a tree nearly twice as fast as one; equal trees are
 * compared at the speed of memory; a dump file becomes a tree at the speed at which `wc` counts lines.
 */
import { compareBuilds } from './merkle/build.js'
import { compareDiffs } from './merkle/diff.js'
import { compareFiles } from './merkle/file.js'
import { compareGzip } from './merkle/gzip.js'
import { compareHashes } from './merkle/hash.js'
import type { Ratio } from './support/ratio.js'

/** Compares hashing, building and comparing. */
export async function run(): Promise<readonly Ratio[]> {
  return [
    ...(await compareHashes()),
    ...(await compareDiffs()),
    ...(await compareBuilds()),
    ...(await compareGzip()),
    ...(await compareFiles()),
  ]
}
