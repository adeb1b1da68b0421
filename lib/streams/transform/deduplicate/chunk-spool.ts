import { hash } from 'node:crypto'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CHUNK_BYTES,
  describeWriteError,
  forgetTemporary,
  noteTemporary,
  OutputFileError,
} from '../../../core/index.js'
import { ChunkEntry } from '../../chunk-entry.js'
import { EntryChunk } from '../../entry-chunk.js'
import { KEY_HASH_BYTES } from './key-table.js'

/** What is known of a chunk stands before its lines, in this many bytes. */
const HEAD_BYTES = 32
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Chunks of lines in a temporary file, and in another the hash of the key of each line that is not
 * blank. Every method rejects with an OutputFileError when the disk does not take more.
 */
export class ChunkSpool {
  readonly #directory: string
  readonly #chunkFile: FileHandle
  readonly #hashFile: FileHandle
  /** Hashes that are not in the file yet. */
  readonly #hashes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  #hashBytes = 0
  #chunkCount = 0
  #lineCount = 0
  /** The files or URLs that the chunks are of: each once for all chunks that follow each other. */
  readonly #sources: (string | undefined)[] = []

  private constructor(directory: string, chunkFile: FileHandle, hashFile: FileHandle) {
    this.#directory = directory
    this.#chunkFile = chunkFile
    this.#hashFile = hashFile
  }

  /** @param parent - where the temporary directory is made; default: that of the system */
  static async create(parent: string = tmpdir()): Promise<ChunkSpool> {
    const directory = await orFail(parent, mkdtemp(join(parent, 'tidemark-deduplicate-')))
    noteTemporary(directory)
    const chunkFile = await orFail(directory, open(join(directory, 'chunks'), 'wx+', 0o600))
    const hashFile = await orFail(directory, open(join(directory, 'hashes'), 'wx+', 0o600))
    return new ChunkSpool(directory, chunkFile, hashFile)
  }

  /** Lines that were added, blank ones not counted. */
  get lineCount(): number {
    return this.#lineCount
  }

  /** @throws DumpLineError when a line is no entry */
  async add(chunk: EntryChunk): Promise<void> {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (chunk.isBlank(index)) continue
      if (this.#hashBytes === this.#hashes.length) await this.flush()
      const digest = hash('sha256', textOf(new ChunkEntry(chunk, index).key), 'buffer')
      digest.copy(this.#hashes, this.#hashBytes, 0, KEY_HASH_BYTES)
      this.#hashBytes += KEY_HASH_BYTES
      this.#lineCount += 1
    }
    const { buffer, offsets, lineNumbers } = chunk
    const numbers = lineNumbers === undefined ? [] : [bytesOf(lineNumbers)]
    for (const piece of [this.#headOf(chunk), bytesOf(offsets), ...numbers, buffer]) {
      await orFail(this.#directory, this.#chunkFile.writeFile(piece))
    }
    this.#chunkCount += 1
  }

  /** Writes the hashes that are still in memory; to be called before they are read. */
  async flush(): Promise<void> {
    const hashes = this.#hashes.subarray(0, this.#hashBytes)
    await orFail(this.#directory, this.#hashFile.writeFile(hashes))
    this.#hashBytes = 0
  }

  /** Reads the hashes of the lines from one on, in blocks of whole ones. */
  async *hashes(first: number): AsyncGenerator<Buffer> {
    const end = this.#lineCount * KEY_HASH_BYTES
    const block = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let position = first * KEY_HASH_BYTES; position < end; position += block.length) {
      yield await readFully(
        this.#hashFile,
        block.subarray(0, Math.min(block.length, end - position)),
        position,
      )
    }
  }

  /** Reads the chunks that were added, in their order. */
  async *chunks(): AsyncGenerator<EntryChunk> {
    let position = 0
    const read = async (bytes: number): Promise<Buffer> => {
      const piece = await readFully(this.#chunkFile, Buffer.allocUnsafeSlow(bytes), position)
      position += bytes
      return piece
    }
    for (let index = 0; index < this.#chunkCount; index += 1) {
      const head = await read(HEAD_BYTES)
      const lineCount = head.readUInt32LE(4)
      const offsets = wordsOf(await read((lineCount + 1) * 4))
      const hasNumbers = head.readUInt32LE(8) === 1
      const lineNumbers = hasNumbers ? wordsOf(await read(lineCount * 4)) : undefined
      yield new EntryChunk({
        buffer: await read(head.readUInt32LE(0)),
        offsets,
        firstLineNumber: head.readDoubleLE(16),
        byteOffset: head.readDoubleLE(24),
        source: this.#sources[head.readUInt32LE(12)],
        lineNumbers,
      })
    }
  }

  /** Closes and removes the files. */
  async remove(): Promise<void> {
    await Promise.all([this.#chunkFile.close(), this.#hashFile.close()])
    await rm(this.#directory, { recursive: true, force: true })
    forgetTemporary(this.#directory)
  }

  #headOf({
    buffer,
    lineCount,
    lineNumbers,
    source,
    firstLineNumber,
    byteOffset,
  }: EntryChunk): Buffer {
    if (this.#sources.length === 0 || this.#sources.at(-1) !== source) this.#sources.push(source)
    const head = Buffer.allocUnsafe(HEAD_BYTES)
    head.writeUInt32LE(buffer.length, 0)
    head.writeUInt32LE(lineCount, 4)
    head.writeUInt32LE(lineNumbers === undefined ? 0 : 1, 8)
    head.writeUInt32LE(this.#sources.length - 1, 12)
    head.writeDoubleLE(firstLineNumber, 16)
    head.writeDoubleLE(byteOffset, 24)
    return head
  }
}

/** UTF-8 has one and the same character for all halves of surrogate pairs. */
function textOf(key: string): string | Buffer {
  return LONE_SURROGATE.test(key) ? Buffer.from(key, 'utf16le') : key
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** The memory is not of the pool, so that it begins where words may begin. */
function wordsOf({ buffer, byteOffset, byteLength }: Buffer): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / Uint32Array.BYTES_PER_ELEMENT)
}

async function readFully(file: FileHandle, target: Buffer, start: number): Promise<Buffer> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await file.read(target, done, target.length - done, start + done)
    if (bytesRead === 0) throw new Error('Cannot read a temporary file: it has become shorter')
    done += bytesRead
  }
  return target
}

async function orFail<Value>(path: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (error) {
    throw new OutputFileError(path, describeWriteError(error), { cause: error })
  }
}
