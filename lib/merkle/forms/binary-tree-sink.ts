import { TREE_DEPTH_MAX } from '../../core/index.js'
import { FRAME_BYTES, levelBodyBytes } from './binary-layout.js'
import { decodeTree } from './decode-tree.js'
import type { ByteSink } from './feed-bytes.js'
import type { ReadBinaryTree } from './tree-form.js'
import { TreeFormatError } from './tree-format-error.js'

const CAPACITY_MIN = 64 * 1024
/** The largest form is the uncompressed one of the older generation, with all levels. */
const TREE_BYTES_MAX = levelBodyBytes(TREE_DEPTH_MAX) + FRAME_BYTES

/** Gathers the bytes of a binary form, which can be told only by its last two. */
export class BinaryTreeSink implements ByteSink<ReadBinaryTree> {
  readonly #bytesMax: number
  #bytes = Buffer.alloc(CAPACITY_MIN)
  #length = 0

  /** @param bytesMax - the most that are gathered, those of the largest tree by default */
  constructor(bytesMax: number = TREE_BYTES_MAX) {
    this.#bytesMax = bytesMax
  }

  /** @throws TreeFormatError when there are more bytes than a tree can have */
  write(bytes: Uint8Array): void {
    const length = this.#length + bytes.length
    if (length > this.#bytesMax) {
      throw new TreeFormatError('bytes', `are more than ${this.#bytesMax}`)
    }
    if (length > this.#bytes.length) this.#grow(length)
    this.#bytes.set(bytes, this.#length)
    this.#length = length
  }

  /** @throws TreeFormatError or TreeError when the bytes are no tree */
  end(): ReadBinaryTree {
    return { form: 'binary', tree: decodeTree(this.#bytes.subarray(0, this.#length)) }
  }

  #grow(length: number): void {
    const larger = Buffer.alloc(Math.min(this.#bytesMax, Math.max(length, 2 * this.#bytes.length)))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
