import {
  DumpLineError,
  ERROR_NUMBER,
  JsonWriter,
  parseDumpLine,
  VelocyPackError,
  type DumpEntry,
} from '../../wire/index.js'
import type { BodyFormat } from '../body-format.js'
import { RequestError } from '../request-error.js'

/** Reads the items of a body that is restored. */
export class RestoreEntries {
  readonly #collection: string
  /** Undefined where items are lines. */
  readonly #writer: JsonWriter | undefined

  /** @param collection - name of the collection, whose number `_id` may have instead */
  constructor(collection: string, format: BodyFormat) {
    this.#collection = collection
    this.#writer =
      format === 'json' ? undefined : new JsonWriter({ collectionName: () => collection })
  }

  /**
   * Reads one item in any form of a dump line; what it gives is valid until the next call.
   *
   * @param position - 1-based: of the line, or of the document in its array
   * @throws RequestError 400 with errorNum 600, which names the place and shows nothing of the item
   */
  read(item: Buffer, position: number): DumpEntry {
    try {
      const line = this.#writer === undefined ? item : this.#writer.write(item)
      return parseDumpLine(line, { lineNumber: position })
    } catch (error) {
      if (!(error instanceof DumpLineError || error instanceof VelocyPackError)) throw error
      throw this.refusal(new RequestError(400, ERROR_NUMBER.invalidJson, error.reason), position)
    }
  }

  /** Says of an error which item it is about. */
  refusal({ status, errorNum, message }: RequestError, position: number): RequestError {
    const place = `${this.#writer === undefined ? 'line' : 'document'} ${position}`
    const text = `Cannot restore ${place} into "${this.#collection}": ${message}`
    return new RequestError(status, errorNum, text)
  }
}
