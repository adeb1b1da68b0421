import { pipeline, type Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { JSON_BYTES_MAX } from '../core/index.js'
import { parseExactJson } from '../streams/index.js'
import { CONTENT_TYPE, type HeaderValues } from '../wire/index.js'
import { RemoteAnswerError, RemoteUnreachableError, type RemoteTask } from './remote-error.js'
import { describeTransportFailure } from './transport-failure.js'

/** An answer whose body is still on its way. Read it to the end, or discard it. */
export class RemoteAnswer {
  readonly status: number
  readonly headers: HeaderValues
  readonly #task: RemoteTask
  readonly #body: Readable
  readonly #signal: AbortSignal | undefined

  constructor(
    { statusCode, headers, body }: Dispatcher.ResponseData,
    task: RemoteTask,
    signal: AbortSignal | undefined,
  ) {
    this.status = statusCode
    this.headers = headers
    this.#task = task
    this.#body = body
    this.#signal = signal
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

  /**
   * The blocks of the body, unpacked if the server packed it.
   *
   * @throws {@link RemoteUnreachableError} when it ends early
   * @throws {@link RemoteAnswerError} when it is packed in an unknown way
   */
  async *blocks(): AsyncGenerator<Buffer> {
    try {
      for await (const block of this.#unpack()) yield block as Buffer
    } catch (error) {
      this.#signal?.throwIfAborted()
      if (error instanceof RemoteAnswerError) throw error
      const failure = describeTransportFailure(error)
      throw new RemoteUnreachableError(this.#task, failure, { cause: error })
    } finally {
      this.discard()
    }
  }

  /**
   * Reads the whole body as JSON; numbers that JavaScript cannot hold are kept as text.
   *
   * @throws {@link RemoteAnswerError} when it is too large or not JSON
   */
  async json(): Promise<unknown> {
    if (this.contentType === CONTENT_TYPE.velocypack) {
      this.discard()
      throw new RemoteAnswerError(this.#task, 'the answer is VelocyPack, which was not asked for')
    }
    const text = await this.#text()
    try {
      return parseExactJson(text)
    } catch (error) {
      throw new RemoteAnswerError(this.#task, 'the answer is not JSON', { cause: error })
    }
  }

  /** Reads the body to its end and forgets it, so that its connection can be used again. */
  async finish(): Promise<void> {
    await this.#text()
  }

  /** Gives the body up; its connection is closed unless all of it has come. */
  discard(): void {
    this.#body.destroy()
  }

  async #text(): Promise<string> {
    const blocks: Buffer[] = []
    let bytes = 0
    for await (const block of this.blocks()) {
      bytes += block.length
      if (bytes > JSON_BYTES_MAX) {
        throw new RemoteAnswerError(this.#task, `the answer is larger than ${JSON_BYTES_MAX} bytes`)
      }
      blocks.push(block)
    }
    return Buffer.concat(blocks).toString()
  }

  #unpack(): Readable {
    const encoding = headerText(this.headers, 'content-encoding').toLowerCase()
    if (encoding === '' || encoding === 'identity') return this.#body
    if (encoding !== 'gzip' && encoding !== 'deflate') {
      throw new RemoteAnswerError(this.#task, `the answer is packed as "${encoding}"`)
    }
    const unpacker = encoding === 'gzip' ? createGunzip() : createInflate()
    return pipeline(this.#body, unpacker, () => {
      // Errors of both arrive where `unpacker` is read.
    })
  }
}

function headerText(headers: HeaderValues, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
