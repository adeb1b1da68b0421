/*
 * How fast does the leader give a dump over loopback, against a plain node:http server that streams
 * the same bytes from memory? Both stand in processes of their own, as does the client, which reads
 * both as our own client does. A third to a half of the speed is expected: for each document the
 * leader takes a step of an LMDB cursor and copies it twice, which is 0.6 µs, where the plain server
 * does nothing.
 */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../lib/store/index.js'
import { chunkLines } from '../lib/streams/index.js'
import type { ReadResult, ReadTask } from './dump/client-process.js'
import type { HoldTask } from './dump/plain-process.js'
import { answerOf, endChild } from './support/child-process.js'
import { generateLines, readBlocks } from './support/generate-lines.js'
import { compareSpeed, type Ratio, type RatioGoal } from './support/ratio.js'

const DOCUMENTS = 200_000
const LINE_BYTES = 402
const BLOCK_BYTES = 256 * 1024
const CHUNK_SIZE = 8 * 1024 * 1024
/** One run takes long enough to be a round. */
const OPTIONS = { rounds: 9, roundMs: 0 }

const BARE: RatioGoal = { name: 'bare documents: leader to plain server', bar: 0.35 }
const DOCUMENTED: RatioGoal = { name: 'documented lines: leader to plain server', bar: 0.5 }

/** Compares dumps of both forms. */
export async function run(): Promise<readonly Ratio[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  const children: ChildProcess[] = []
  try {
    const path = join(directory, 'store')
    await fillStore(path)
    return await compareDumps(path, (name, ...parameters) => {
      const child = fork(new URL(`dump/${name}.js`, import.meta.url), parameters)
      children.push(child)
      return child
    })
  } finally {
    await Promise.all(children.map(endChild))
    await rm(directory, { recursive: true })
  }
}

async function fillStore(path: string): Promise<void> {
  const store = await openStore(path, { mode: 'write', create: true })
  const database = store.database('_system')
  assert(database !== undefined)
  const collection = await store.createCollection(database, { name: 'customers', type: 2 })
  const body = generateLines(DOCUMENTS, LINE_BYTES)
  for await (const chunk of chunkLines(readBlocks(body, BLOCK_BYTES))) {
    await store.applyChunk(collection, chunk)
  }
  await store.close()
}

async function compareDumps(
  storePath: string,
  start: (name: string, ...parameters: string[]) => ChildProcess,
): Promise<readonly Ratio[]> {
  const leader = (await answerOf(start('leader-process', storePath))) as string
  const dump = `/_api/replication/dump?collection=customers&chunkSize=${CHUNK_SIZE}`
  const documented = `${dump}&batchId=${await openBatch(leader)}`
  const bare = `${documented}&useEnvelope=false`
  const plainProcess = start('plain-process')
  plainProcess.send({ origin: leader, paths: [documented, bare] } satisfies HoldTask)
  const plain = (await answerOf(plainProcess)) as string
  const client = start('client-process')

  const read = async (origin: string, path: string, withHash = false): Promise<ReadResult> => {
    client.send({ origin, path, withHash } satisfies ReadTask)
    return (await answerOf(client)) as ReadResult
  }
  const compare = async (goal: RatioGoal, path: string): Promise<Ratio> => {
    const answer = await read(leader, path, true)
    assert.ok(answer.bytes >= DOCUMENTS * LINE_BYTES)
    assert.deepEqual(await read(plain, path, true), answer)
    const readAll = async (origin: string): Promise<void> => {
      assert.equal((await read(origin, path)).bytes, answer.bytes)
    }
    return compareSpeed(
      goal,
      () => readAll(leader),
      () => readAll(plain),
      OPTIONS,
    )
  }
  return [await compare(BARE, bare), await compare(DOCUMENTED, documented)]
}

async function openBatch(origin: string): Promise<string> {
  const url = `${origin}/_api/replication/batch`
  const response = await fetch(url, { method: 'POST', body: '{}' })
  const { id } = (await response.json()) as { readonly id: string }
  return id
}
