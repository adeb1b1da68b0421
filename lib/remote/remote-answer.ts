import { pipeline, type Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { JSON_BYTES_MAX, JSON_DEPTH_MAX } from '../core/index.js'
import { parseExactJson } from '../streams/index.js'
import { CONTENT_TYPE, JsonWriter, VelocyPackError, type HeaderValues } from '../wire/index.js'
import { RemoteAnswerError, RemoteUnreachableError, type RemoteTask } from './remote-error.js'
import { describeTransportFailure } from './transport-failure.js'

/** Of documents in an array. */
const DEPTH_MAX = JSON_DEPTH_MAX + 1
/** The text of an answer may be so many times as long as the answer itself. */
const TEXT_FACTOR = 2

/** Tells a tidemark leader from any other. */
const MARK_HEADER = 'x-tidemark-version'

/** What an answer is read with. */
interface RemoteAnswerOptions {
  readonly signal: AbortSignal | undefined
  /** Called with the bytes of the body as they come, before they are unpacked. */
  readonly onTransfer?: ((bytes: number) => void) | undefined
}

/** How a body is read as a whole. */
interface WholeBodyOptions {
  /** Default: `JSON_BYTES_MAX`. */
  readonly bytesMax?: number
  /** Name of the collection that the documents in it belong to: makes their `_id` whole. */
  readonly collection?: string
}

/** An answer whose body is still on its way. Read it to the end, or discard it. */
export class RemoteAnswer {
  readonly status: number
  readonly headers: HeaderValues
  readonly #task: RemoteTask
  readonly #body: Readable
  readonly #options: RemoteAnswerOptions

  constructor(
    { statusCode, headers, body }: Dispatcher.ResponseData,
    task: RemoteTask,
    options: RemoteAnswerOptions,
  ) {
    this.status = statusCode
    this.headers = headers
    this.#task = task
    this.#body = body
    this.#options = options
    body.on('error', () => {
      // Arrives where the body is read; without a listener a discarded body would end the process.
    })
  }

  /** The media type in lower case, without parameters; empty where the server does not tell. */
  get contentType(): string {
    return headerText(this.headers, 'content-type').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  }

  /** Whether an end of the body that comes too early can be told from its real end. */
  get isDelimited(): boolean {
    return 'content-length' in this.headers || 'transfer-encoding' in this.headers
  }

  /** Whether a tidemark leader answered. */
  get isTidemark(): boolean {
    return MARK_HEADER in this.headers
  }

  /**
   * The blocks of the body, unpacked if the server packed it.
   *
   * @param bytesMax - of what was unpacked
   * @throws {@link RemoteUnreachableError} when it ends early
   * @throws {@link RemoteAnswerError} when it is packed in an unknown way, or too large
   */
  async *blocks(bytesMax?: number): AsyncGenerator<Buffer> {
    let bytes = 0
    try {
      for await (const block of this.#unpack()) {
        bytes += block.length
        if (bytesMax !== undefined && bytes > bytesMax) {
          throw new RemoteAnswerError(this.#task, `the answer is larger than ${bytesMax} bytes`)
        }
        yield block
      }
    } catch (error) {
      this.#options.signal?.throwIfAborted()
      if (error instanceof RemoteAnswerError) throw error
      const failure = describeTransportFailure(error)
      throw new RemoteUnreachableError(this.#task, failure, { cause: error })
    } finally {
      this.discard()
    }
  }

  /**
   * Reads the whole body as JSON, or as VelocyPack if it is that; numbers that JavaScript cannot
   * hold are kept as text.
   *
   * @throws {@link RemoteAnswerError} when it is too large or neither of them
   */
  async json(): Promise<unknown> {
    const text = await this.jsonBytes()
    try {
      return parseExactJson(text.toString())
    } catch (error) {
      throw new RemoteAnswerError(this.#task, 'the answer is not JSON', { cause: error })
    }
  }

  /**
   * Reads the whole body as JSON text, which VelocyPack becomes; the text itself is not looked at.
   *
   * @throws {@link RemoteAnswerError} when it is too large, or broken VelocyPack
   */
  async jsonBytes({
    bytesMax = JSON_BYTES_MAX,
    collection,
  }: WholeBodyOptions = {}): Promise<Buffer> {
    const bytes = await this.bytes(bytesMax)
    if (this.contentType !== CONTENT_TYPE.velocypack) return bytes
    try {
      const writer = new JsonWriter({
        collectionName: () => collection,
        depthMax: DEPTH_MAX,
        textBytesMax: TEXT_FACTOR * bytesMax,
      })
      return writer.write(bytes)
    } catch (error) {
      if (!(error instanceof VelocyPackError)) throw error
      const reason = `the answer is no readable VelocyPack (${error.reason}, byte ${error.offset})`
      throw new RemoteAnswerError(this.#task, reason, { cause: error })
    }
  }

  /**
   * Reads the whole body.
   *
   * @throws {@link RemoteAnswerError} when it is larger than `bytesMax`
   */
  async bytes(bytesMax: number = JSON_BYTES_MAX): Promise<Buffer> {
    const blocks: Buffer[] = []
    for await (const block of this.blocks(bytesMax)) blocks.push(block)
    return Buffer.concat(blocks)
  }

  /** Reads the body to its end and forgets it, so that its connection can be used again. */
  async finish(): Promise<void> {
    await this.bytes()
  }

  /** Gives the body up; its connection is closed unless all of it has come. */
  discard(): void {
    this.#body.destroy()
  }

  async *#read(): AsyncGenerator<Buffer> {
    for await (const block of this.#body) {
      const { length } = block as Buffer
      this.#options.onTransfer?.(length)
      yield block as Buffer
    }
  }

  #unpack(): AsyncIterable<Buffer> {
    const encoding = headerText(this.headers, 'content-encoding').toLowerCase()
    if (encoding === '' || encoding === 'identity') return this.#read()
    if (encoding !== 'gzip' && encoding !== 'deflate') {
      throw new RemoteAnswerError(this.#task, `the answer is packed as "${encoding}"`)
    }
    const unpacker = encoding === 'gzip' ? createGunzip() : createInflate()
    return pipeline(this.#read(), unpacker, () => {
      // Errors of both arrive where `unpacker` is read.
    })
  }
}

function headerText(headers: HeaderValues, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
