import type {
  DocumentedTree,
  FormatTreeVelocyPackOptions,
  MerkleTree,
} from '../../../lib/merkle/index.js'
import { formatTreeVelocyPack } from '../../../lib/merkle/index.js'
import { VelocyPackWriter } from '../../../lib/wire/velocypack/velocypack-writer.js'

/** The VelocyPack of a tree as a whole. */
export function bytesOf(
  tree: MerkleTree | DocumentedTree,
  form: FormatTreeVelocyPackOptions['form'],
): Buffer {
  return Buffer.concat([...formatTreeVelocyPack(tree, { form })])
}

/** The VelocyPack of a JSON text. */
export function pack(text: string): Buffer {
  return Buffer.from(new VelocyPackWriter().write(Buffer.from(text)))
}
