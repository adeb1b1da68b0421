import { encodeRevision, revision } from '../../../../lib/values/index.js'

/** The revision of the first sample line. */
export const FIRST_REVISION = 1_751_385_509_477_744_643n

/** Multiplied with an index modulo 2^58 it gives numbers without order, each once. */
const SCATTER = 0x9e37_79b9_7f4a_7c15n
const SCATTER_BITS = 58
const SCATTER_FROM = 2n ** 60n

/** Revisions that ascend as those of a dump do. */
export function ascendingRevisions(count: number): bigint[] {
  return Array.from({ length: count }, (_, index) => FIRST_REVISION + BigInt(index * 4096))
}

/** Revisions without order; a tree that begins with any of them can hold them all. */
export function scatteredRevisions(count: number): bigint[] {
  return Array.from(
    { length: count },
    (_, index) => SCATTER_FROM + BigInt.asUintN(SCATTER_BITS, BigInt(index) * SCATTER),
  )
}

/** A line of a dump for each revision, in one form after the other, without newlines. */
export function linesOf(revisions: readonly bigint[]): string[] {
  return revisions.map((value, index) => {
    const rev = encodeRevision(revision(value))
    const document = `{"_key":"k${index}","_id":"c/k${index}","_rev":"${rev}","n":${index}}`
    switch (index % 5) {
      case 0:
        return `{"type":2300,"data":${document}}`
      case 1:
        // Out of the usual order: read as JSON.
        return `{"n":[${index}], "_rev": "${rev}", "_key": "kä${index}"}`
      case 2:
        return `${document}\r`
      default:
        return document
    }
  })
}

/** The lines as the content of a file. */
export function contentOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''))
}
