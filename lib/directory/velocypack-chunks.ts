import {
  CHUNK_BYTES,
  JSON_DEPTH_MAX,
  LINE_BYTES_MAX,
  VELOCYPACK_ARRAY_BYTES_MAX,
} from '../core/index.js'
import { EntryChunk } from '../streams/index.js'
import {
  JsonWriter,
  parseVelocyPack,
  SliceSplitter,
  VelocyPackError,
  type VelocyPackSlice,
} from '../wire/index.js'
import { DumpFileError } from './directory-error.js'

const NEWLINE = 0x0a
/** The array is a level around its documents. */
const DEPTH_MAX = JSON_DEPTH_MAX + 1

/** What is known of the documents in a VelocyPack data file. */
export interface VelocyPackChunksOptions {
  /** The file, for errors. */
  readonly path: string
  /** Name of their collection: in place of the text of `_id` a document may hold its number. */
  readonly collection: string
}

/**
 * Makes chunks of bare JSON lines out of a VelocyPack data file: arrays of documents, one after the
 * other, that may be empty (client notes, 4.1); a document beside them is taken too. Integers and
 * doubles keep their exact values. Lines are numbered by documents, and have no byte offset, since none of
 * theirs is in the file. An array is held as a whole, because the end of its items may stand behind them.
 *
 * @param blocks - of the file, inflated, cut anywhere
 * @throws {@link DumpFileError} when the data breaks the format, or JSON has no word for a value
 */
export async function* velocyPackChunks(
  blocks: AsyncIterable<Buffer>,
  { path, collection }: VelocyPackChunksOptions,
): AsyncGenerator<EntryChunk> {
  const splitter = new SliceSplitter(VELOCYPACK_ARRAY_BYTES_MAX)
  const lines = new DocumentLines(path, collection)
  try {
    for await (const block of blocks) {
      for (const slice of splitter.split(block)) yield* lines.take(slice)
    }
    splitter.finish()
    yield* lines.finish()
  } catch (error) {
    if (!(error instanceof VelocyPackError)) throw error
    const reason = `its VelocyPack data is damaged at byte ${error.offset} (${error.reason})`
    throw new DumpFileError(path, reason, { cause: error })
  }
}

/** Gathers documents as lines until they fill a chunk. */
class DocumentLines {
  readonly #path: string
  readonly #writer: JsonWriter
  /** Offset in the file of the value that comes next. */
  #position = 0
  #documentCount = 0
  #buffer = Buffer.alloc(0)
  #bytes = 0
  #offsets: number[] = [0]

  constructor(path: string, collection: string) {
    this.#path = path
    // Whatever number stands for the collection: a document's id is of the collection that it is in.
    this.#writer = new JsonWriter({
      collectionName: () => collection,
      textBytesMax: LINE_BYTES_MAX,
    })
  }

  /** Takes a value of the file, and gives the chunks that are full with it. */
  *take(bytes: Buffer): Generator<EntryChunk> {
    const value = this.#parse(bytes)
    this.#position += bytes.length
    if (value.type !== 'array') yield* this.#add(value)
    else for (const document of value.items()) yield* this.#add(document)
  }

  /** Gives what is left. */
  *finish(): Generator<EntryChunk> {
    const lineCount = this.#offsets.length - 1
    if (lineCount === 0) return
    const firstLineNumber = this.#documentCount - lineCount + 1
    yield new EntryChunk({
      buffer: this.#buffer.subarray(0, this.#bytes),
      offsets: new Uint32Array(this.#offsets),
      firstLineNumber,
      byteOffset: 0,
      source: this.#path,
      lineNumbers: Uint32Array.from({ length: lineCount }, (_, index) => firstLineNumber + index),
    })
    this.#buffer = Buffer.alloc(0)
    this.#bytes = 0
    this.#offsets = [0]
  }

  #parse(bytes: Buffer): VelocyPackSlice {
    try {
      return parseVelocyPack(bytes, { depthMax: DEPTH_MAX })
    } catch (error) {
      if (!(error instanceof VelocyPackError)) throw error
      // The offset was one in this value.
      throw new VelocyPackError(error.reason, this.#position + error.offset, { cause: error })
    }
  }

  *#add(document: VelocyPackSlice): Generator<EntryChunk> {
    const text = this.#write(document)
    const lineBytes = text.length + 1
    if (this.#bytes + lineBytes > this.#buffer.length) {
      yield* this.finish()
      this.#buffer = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, lineBytes))
    }
    this.#buffer.set(text, this.#bytes)
    this.#bytes += lineBytes
    this.#buffer[this.#bytes - 1] = NEWLINE
    this.#offsets.push(this.#bytes)
    this.#documentCount += 1
  }

  #write(document: VelocyPackSlice): Buffer {
    try {
      if (document.type === 'object') return this.#writer.write(document.bytes)
      throw new VelocyPackError(`it is of type ${document.type}, not an object`, document.start)
    } catch (error) {
      if (!(error instanceof VelocyPackError)) throw error
      const reason = `its document ${this.#documentCount + 1} cannot be read (${error.reason})`
      throw new DumpFileError(this.#path, reason, { cause: error })
    }
  }
}
