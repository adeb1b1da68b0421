import type { MerkleTree } from '../merkle-tree.js'
import type { BuildJob } from './build-job.js'
import type { BuildOptions, BuildProgress } from './build-options.js'

/** Milliseconds between two looks at how far a job is. */
const PROGRESS_INTERVAL_MS = 100

/**
 * Runs a job to its end, whatever that is: when this is over nothing of the job is left running.
 *
 * @param work - gives the job what its tree is made of
 * @throws why the job failed: what went wrong first, or the signal's reason
 */
export async function runBuildJob(
  job: BuildJob,
  { signal, onProgress = () => undefined }: BuildOptions,
  work: () => Promise<void>,
): Promise<MerkleTree> {
  const abort = (): void => {
    job.fail(signal?.reason)
  }
  signal?.addEventListener('abort', abort, { once: true })
  const progress = watchProgress(job, onProgress)
  try {
    if (signal?.aborted === true) abort()
    job.signal.throwIfAborted()
    await work()
    const tree = await job.finish()
    onProgress(progress.end())
    return tree
  } catch (error) {
    job.fail(error)
    throw job.signal.reason
  } finally {
    progress.end()
    signal?.removeEventListener('abort', abort)
    await job.settle()
  }
}

/** Tells of progress while there is some. */
function watchProgress(
  job: BuildJob,
  onProgress: (progress: BuildProgress) => void,
): { end(): BuildProgress } {
  let told = job.progress
  const tell = (): void => {
    const { revisions, bytes, removals } = job.progress
    if (revisions === told.revisions && bytes === told.bytes && removals === told.removals) return
    told = { revisions, bytes, removals }
    try {
      onProgress(told)
    } catch (error) {
      // Thrown from a timer it would end the process.
      job.fail(error)
    }
  }
  const timer = setInterval(tell, PROGRESS_INTERVAL_MS).unref()
  return {
    end: () => {
      clearInterval(timer)
      return job.progress
    },
  }
}
