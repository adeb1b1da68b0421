import { stat } from 'node:fs/promises'
import { describeReadError, describeSystemError, FileBlocks } from '../../core/index.js'
import { chunkLines, type EntryChunk } from '../../streams/index.js'
import { dumpLineError, JsonSyntaxError } from '../../wire/index.js'
import { readLineRevision } from '../kernel/revision-scanner.js'
import type { BuildJob } from './build-job.js'
import { planFiles, type SizedFile } from './plan-files.js'
import { TreeBuildError } from './tree-build-error.js'

/**
 * Gives a job the lines of files; threads read them on their own.
 *
 * @param rangeBytes - bytes of a range of a plain file, where they are not to be found out
 * @throws TreeBuildError when a file is missing or not a regular file
 */
export async function insertFiles(
  job: BuildJob,
  paths: readonly string[],
  rangeBytes?: number,
): Promise<void> {
  const files: SizedFile[] = []
  for (const path of paths) files.push({ path, fileBytes: await sizeOf(path) })
  await job.begin(() => findFirstRevision(paths, job.signal))
  for (const pieces of planFiles(files, { workers: job.workers, rangeBytes })) {
    const slot = await job.idleSlot()
    job.dispatch(slot, { kind: 'files', pieces })
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const status = await stat(path)
    if (status.isFile()) return status.size
  } catch (error) {
    throw new TreeBuildError(describeSystemError(error), { path, cause: error })
  }
  throw new TreeBuildError('it is not a regular file', { path })
}

/** The revision of the first document; undefined when there is none. */
async function findFirstRevision(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<bigint | undefined> {
  for (const path of paths) {
    try {
      for await (const chunk of chunkLines(new FileBlocks(path, { signal }), { source: path })) {
        const revision = firstRevisionOf(chunk)
        if (revision !== undefined) return revision
      }
    } catch (error) {
      if (!(error instanceof Error && 'errno' in error)) throw error
      throw new TreeBuildError(describeReadError(error), { path, cause: error })
    }
  }
  return undefined
}

function firstRevisionOf(chunk: EntryChunk): bigint | undefined {
  for (let index = 0; index < chunk.lineCount; index += 1) {
    const revision = readRevision(chunk, index)
    if (typeof revision === 'bigint') return revision
  }
  return undefined
}

function readRevision(chunk: EntryChunk, index: number): bigint | string {
  const [start, end] = [chunk.offsets[index] as number, chunk.offsets[index + 1] as number]
  try {
    return readLineRevision(chunk.buffer, start, end)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw dumpLineError(error, start, chunk.place(index))
  }
}
