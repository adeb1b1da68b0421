import { OutputFile } from '../core/index.js'

/** Writes pieces one after the other; rejects with an `OutputFileError`. */
export type WritePieces = (pieces: Iterable<string | Uint8Array>) => Promise<void>

/**
 * Writes a file that is seen under its name only once it is complete: it grows under a name beside
 * it, which is taken away again when the work fails. That name is made first, so a place that cannot
 * be written to is found before the work begins.
 *
 * @param path - where the file is to be; a regular file there is replaced, and its permissions kept
 * @param signal - ends the writing between two pieces
 * @throws OutputFileError when the file cannot be written; else what `work` throws
 */
export async function withOutputFile<Result>(
  path: string,
  signal: AbortSignal,
  work: (write: WritePieces) => Promise<Result>,
): Promise<Result> {
  const file = await OutputFile.create(path)
  try {
    const result = await work(async (pieces) => {
      for (const piece of pieces) {
        signal.throwIfAborted()
        await file.write(piece)
      }
    })
    await file.finish(signal)
    return result
  } catch (error) {
    await file.abandon()
    throw error
  }
}
