import { SliceArray, VelocyPackWriter } from '../../wire/index.js'

/** Documents of one batch, until all are there. */
export interface GatheredDocuments {
  readonly count: number
  /** Bytes of the documents so far. */
  readonly bytes: number
  /** Adds copies of JSON texts. */
  add(texts: Iterable<Buffer>): void
  /** The bytes of the batch; nothing can be added any more. */
  toBlocks(): Buffer[]
}

const NEWLINE = Buffer.from('\n')

/** Gathers one document a line. */
export class GatheredLines implements GatheredDocuments {
  readonly #blocks: Buffer[] = []
  count = 0
  bytes = 0

  add(texts: Iterable<Buffer>): void {
    const parts: Buffer[] = []
    for (const text of texts) {
      parts.push(text, NEWLINE)
      this.count += 1
    }
    const block = Buffer.concat(parts)
    this.bytes += block.length
    if (block.length > 0) this.#blocks.push(block)
  }

  toBlocks(): Buffer[] {
    return this.#blocks
  }
}

/** Gathers one VelocyPack array. */
export class GatheredSlices implements GatheredDocuments {
  readonly #writer = new VelocyPackWriter()
  readonly #array = new SliceArray()

  get count(): number {
    return this.#array.count
  }

  get bytes(): number {
    return this.#array.itemsBytes
  }

  /** @throws VelocyPackError when a text is not Unicode, or a number too large */
  add(texts: Iterable<Buffer>): void {
    for (const text of texts) this.#array.add(this.#writer.write(text))
  }

  toBlocks(): Buffer[] {
    return this.#array.toBlocks()
  }
}
