/*
 * Tells whether a transform gains by threads: runs it over a file of lines with one thread and with
 * several, checks that the same bytes come out, and tells how fast each was.
 *
 *     node dist/examples/parallel-speed.js ./dist/examples/redact-cards.js orders.jsonl 1 2 4
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { chunkLines } from 'tidemark/streams'
import {
  createParallelRunner,
  createTransformRunner,
  loadTransform,
  type TransformRunner,
} from 'tidemark/transform'

const BLOCK_BYTES = 256 * 1024
/** Chunks that are under way for each thread. */
const CHUNKS_AHEAD = 4
const [spec, file, ...counts] = process.argv.slice(2)

/** One thread is this one: no document is handed over then. */
async function openRunner(transform: string, threads: number): Promise<TransformRunner> {
  if (threads > 1) return createParallelRunner([transform], { workers: threads })
  const setup = { cwd: process.cwd(), environment: process.env }
  return createTransformRunner([await loadTransform(transform, setup)])
}

/** The hash of what comes out. */
async function run(runner: TransformRunner, path: string, threads: number): Promise<string> {
  const hash = createHash('sha256')
  const underWay: ReturnType<TransformRunner['transform']>[] = []
  const takeFirst = async (): Promise<void> => {
    const result = await underWay.shift()
    for (const { buffer } of result?.chunks ?? []) hash.update(buffer)
  }
  for await (const chunk of chunkLines(createReadStream(path, { highWaterMark: BLOCK_BYTES }))) {
    underWay.push(runner.transform(chunk, undefined))
    if (underWay.length >= threads * CHUNKS_AHEAD) await takeFirst()
  }
  while (underWay.length > 0) await takeFirst()
  return hash.digest('hex')
}

if (spec === undefined || file === undefined) {
  console.error('usage: parallel-speed TRANSFORM FILE [THREADS…]')
  process.exitCode = 2
} else {
  const { size } = await stat(file)
  let expected: string | undefined
  for (const threads of counts.length === 0 ? [1, 2] : counts.map(Number)) {
    const runner = await openRunner(spec, threads)
    const start = performance.now()
    const hash = await run(runner, file, threads)
    const seconds = (performance.now() - start) / 1000
    await runner.close()
    expected ??= hash
    if (hash !== expected) throw new Error(`${threads} threads gave something else`)
    const { documents, changed } = runner.counts
    const speed = (size / 1e6 / seconds).toFixed(1)
    console.log(`${threads} threads: ${documents} documents, ${changed} changed, ${speed} MB/s`)
  }
}
