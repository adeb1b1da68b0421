import { compressSync } from 'snappy'
import { DocumentedTree, encodeTree, type TreeFormat } from '../../../lib/merkle/index.js'
import { makeSmallTree } from './text-parts.js'

/** Bytes of the small tree after a change. */
export function changed(format: TreeFormat, change: (bytes: Buffer) => unknown): Buffer {
  const bytes = encodeTree(makeSmallTree(), format)
  const result = change(bytes)
  return Buffer.isBuffer(result) ? result : bytes
}

/** Format 2 of the older generation. */
export function makeDocumentedBytes(): Buffer {
  const tree = new DocumentedTree({ depth: 2, rangeMin: 100n, rangeMax: 164n })
  tree.insertMany([100n, 130n, 163n])
  return encodeTree(tree, '2')
}

/** The body of format 2, changed and compressed. */
export function compressed(change: (body: Buffer) => unknown): Buffer {
  const body = encodeTree(makeSmallTree(), '2').subarray(0, -2)
  change(body)
  return Buffer.concat([compressSync(body), Buffer.from('1\x01')])
}

/** Bytes with others in the middle, before format and version. */
export function withBody(bytes: Buffer, end: number, more: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([bytes.subarray(0, end), more, bytes.subarray(-2)])
}
