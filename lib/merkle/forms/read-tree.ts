import { BinaryTreeSink } from './binary-tree-sink.js'
import { feedBytes, type ByteSink, type ByteSource } from './feed-bytes.js'
import { JsonTreeSink } from './json-tree-sink.js'
import type { ParseTreeOptions } from './parse-tree.js'
import type { ReadBinaryTree, ReadTree } from './tree-form.js'
import type { TreeGeneration } from './tree-text-reader.js'

/** Bytes after which the kind is known: they reach the upper bytes of a binary form's depth. */
const PROBE_BYTES = 24

/**
 * Reads a tree from JSON text or from one of the binary forms, whichever the bytes are. Text is read
 * as by {@link parseTree}, bytes as by {@link decodeTree}: those are held as a whole, up to the size
 * of a tree of depth 8 with all its levels.
 *
 * @param options - for JSON text; `signal` for both
 * @throws TreeFormatError, TreeError and the reason of `signal` as {@link parseTree} does
 */
export function readTree(
  source: ByteSource,
  { generation = 'any', signal }: ParseTreeOptions = {},
): Promise<ReadTree | ReadBinaryTree> {
  return feedBytes(source, new AnyTreeSink(generation), signal)
}

/** Holds the first bytes until it knows which sink they are for. */
class AnyTreeSink implements ByteSink<ReadTree | ReadBinaryTree> {
  readonly #generation: TreeGeneration
  #probe: Uint8Array = new Uint8Array()
  #sink: ByteSink<ReadTree | ReadBinaryTree> | undefined

  constructor(generation: TreeGeneration) {
    this.#generation = generation
  }

  write(bytes: Uint8Array): void {
    if (this.#sink !== undefined) {
      this.#sink.write(bytes)
      return
    }
    this.#probe = Buffer.concat([this.#probe, bytes])
    if (this.#probe.length >= PROBE_BYTES) this.#choose()
  }

  end(): ReadTree | ReadBinaryTree {
    return (this.#sink ?? this.#choose()).end()
  }

  #choose(): ByteSink<ReadTree | ReadBinaryTree> {
    const sink = isBinary(this.#probe) ? new BinaryTreeSink() : new JsonTreeSink(this.#generation)
    this.#sink = sink
    sink.write(this.#probe)
    return sink
  }
}

/**
 * A binary form has its depth, a small number in eight bytes, at byte 16, so that some of the first
 * bytes are 0, which no byte of JSON is. One that is compressed as a whole begins with its length
 * instead, whose first byte is 0xc0 or 0xd0: it is a number of whole leaves or nodes of 16 bytes.
 */
function isBinary(probe: Uint8Array): boolean {
  const bytes = probe.subarray(0, PROBE_BYTES)
  return bytes.includes(0) || (bytes[0] ?? 0) >= 0x80
}
