import { open, stat, type FileHandle } from 'node:fs/promises'
import { describeWriteError, OutputFileError } from '../core/index.js'
import type { DeadLetter } from '../streams/index.js'

/** Only its owner reads it: it holds documents that were to be changed, as they came. */
const MODE = 0o600

/**
 * A file of documents that were left out because of errors, one JSON object a line. Each is written
 * at once, so that a command that is interrupted leaves those that it has seen. All methods reject
 * with an {@link OutputFileError}.
 */
export class DeadLetterFile {
  readonly path: string
  readonly #file: FileHandle

  private constructor(path: string, file: FileHandle) {
    this.path = path
    this.#file = file
  }

  /**
   * Makes the file. One that is there already is only taken when it is empty, or no regular file (a
   * pipe, a terminal): its letters may be all that is left of their documents.
   */
  static async create(path: string): Promise<DeadLetterFile> {
    try {
      return new DeadLetterFile(path, await open(path, 'wx', MODE))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw toError(path, error)
    }
    const status = await orFail(path, stat(path))
    if (status.isFile() && status.size > 0) {
      throw new OutputFileError(path, 'it exists; remove it, or name another file')
    }
    const file = await orFail(path, open(path, 'a', MODE))
    if (status.isFile()) await orFail(path, file.chmod(MODE))
    return new DeadLetterFile(path, file)
  }

  /** Writes `{collection, key, line, transform, error, document}`, the document as it came. */
  async write(letter: DeadLetter): Promise<void> {
    await orFail(this.path, this.#file.writeFile(formatDeadLetter(letter)))
  }

  /** Closes the file; call it whatever the end of the command is. */
  async close(): Promise<void> {
    await orFail(this.path, this.#file.close())
  }
}

function formatDeadLetter(letter: DeadLetter): Buffer {
  const { collection, key, lineNumber: line, transform, error } = letter
  const head = JSON.stringify({ collection, key, line, transform, error })
  // White space at the end of a line would end this one; inside it can be no more than spaces.
  const document = Buffer.from(letter.line.toString('latin1').trim(), 'latin1')
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"document":`), document, CLOSING])
}

const CLOSING = Buffer.from('}\n')

async function orFail<Value>(path: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (error) {
    throw toError(path, error)
  }
}

function toError(path: string, cause: unknown): OutputFileError {
  return new OutputFileError(path, describeWriteError(cause), { cause })
}
