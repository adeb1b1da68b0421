import { ArraySplitter, typeOfHead, VelocyPackError } from '../../wire/index.js'
import type { ImportItem, ItemCutter } from '../import-items.js'
import { unreadableBody } from '../read-body.js'
import { badParameter, RequestError } from '../request-error.js'

/** Cuts a body that is one VelocyPack array into its items. */
export class VelocyPackItems implements ItemCutter {
  readonly isArray = true
  readonly #splitter = new ArraySplitter()
  readonly #itemBytesMax: number
  #hasBegun = false

  /** @param itemBytesMax - of the longest item */
  constructor(itemBytesMax: number) {
    this.#itemBytesMax = itemBytesMax
  }

  /** Bytes that are held of an item whose end has not come yet. */
  get pendingBytes(): number {
    return this.#splitter.pendingBytes
  }

  /**
   * Takes the next block, and gives the items that are now complete.
   *
   * @throws RequestError 400 with errorNum 10 when the body is another value than an array, with 600
   *   when it is none; 413 when an item is too long
   */
  *cut(block: Buffer): Generator<ImportItem, void, undefined> {
    this.#checkBegin(block)
    yield* this.#checked(this.#splitter.split(block))
    this.#checkLength(this.pendingBytes)
  }

  /** Gives what is left; to be called once, after the last block. */
  *finish(): Generator<ImportItem, void, undefined> {
    yield* this.#checked(this.#splitter.finish())
  }

  #checkBegin(block: Buffer): void {
    const [head] = block
    if (this.#hasBegun || head === undefined) return
    this.#hasBegun = true
    const type = typeOfHead(head)
    if (type === undefined || type === 'array') return
    throw badParameter('the body needs to be an array of documents')
  }

  *#checked(items: Generator<Buffer>): Generator<Buffer, void, undefined> {
    try {
      for (const item of items) {
        this.#checkLength(item.length)
        yield item
      }
    } catch (error) {
      throw error instanceof VelocyPackError ? unreadableBody('velocypack') : error
    }
  }

  #checkLength(bytes: number): void {
    if (bytes <= this.#itemBytesMax) return
    const limit = `is over ${this.#itemBytesMax} bytes`
    throw new RequestError(413, 413, `a document of the request body ${limit}`)
  }
}
