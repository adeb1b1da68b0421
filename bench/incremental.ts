/*
 * What does an incremental synchronisation cost against a full one, where a million documents of 400
 * bytes were loaded in one go and a hundred of them differ? The leader stands in a process of its
 * own. Expected: the full copy is bound by writing 400 MB, the incremental one by one tree, so that
 * it is some fifty times as fast and moves a hundredth of the bytes.
 *
 * A tree is read from VelocyPack without a token for each of its values, which is what stream-json's
 * parser and assembler have to make of JSON.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStoreSource, openStoreTarget } from '../lib/store/index.js'
import { buildSourceTrees, runFullSync } from '../lib/sync/index.js'
import { countDiffReading } from './incremental/diff.js'
import { compareTreeReaders } from './incremental/read-tree.js'
import { COLLECTION, Sample } from './incremental/sample.js'
import { compareSyncs } from './incremental/sync.js'
import { answerOf, endChild } from './support/child-process.js'
import type { InterleaveOptions } from './support/interleave.js'
import type { Ratio } from './support/ratio.js'

const DOCUMENTS = 1_000_000
const ROUNDS = 5

/** Compares at the size that the bars are for. */
export function run(): Promise<readonly Ratio[]> {
  return compareIncremental({ documents: DOCUMENTS, rounds: ROUNDS })
}

/** How much is compared. */
export interface IncrementalBench {
  readonly documents: number
  /** Rounds of both synchronisations. */
  readonly rounds: number
  /** How the readers of trees are timed. */
  readonly interleave?: InterleaveOptions | undefined
}

/** Compares at any size; bars are met only by large ones. */
export async function compareIncremental({
  documents,
  rounds,
  interleave,
}: IncrementalBench): Promise<readonly Ratio[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  let leader: ChildProcess | undefined
  try {
    const sample = new Sample(documents)
    const paths = await makeCopies(directory, sample)
    const diffed = await countDiffReading(sample, paths.leader, paths.follower)
    const trees = await compareTreesOf(paths.leader, interleave)
    leader = fork(new URL('incremental/leader-process.js', import.meta.url), [paths.leader])
    const url = (await answerOf(leader)) as string
    const { follower, full } = paths
    const synced = await compareSyncs({ sample, follower, full, url, leader, rounds })
    return [...synced, ...trees, ...diffed]
  } finally {
    if (leader !== undefined) await endChild(leader)
    await rm(directory, { recursive: true })
  }
}

/** A store that was loaded, and a copy of it; each was edited in its own way. */
async function makeCopies(
  directory: string,
  sample: Sample,
): Promise<Readonly<Record<'leader' | 'follower' | 'full', string>>> {
  const leader = join(directory, 'leader')
  const follower = join(directory, 'follower')
  await sample.makeStore(leader)
  const source = await openStoreSource(leader, '_system')
  const target = await openStoreTarget(follower, '_system')
  await runFullSync(source, target, { collections: [COLLECTION] })
  await source.close()
  await target.close()
  await sample.edit(leader, 'a')
  await sample.edit(follower, 'b')
  return { leader, follower, full: join(directory, 'full') }
}

async function compareTreesOf(
  path: string,
  interleave: InterleaveOptions | undefined,
): Promise<readonly Ratio[]> {
  const source = await openStoreSource(path, '_system')
  try {
    const [built] = await buildSourceTrees(source, { collections: [COLLECTION] })
    return built === undefined ? [] : await compareTreeReaders(built.tree, interleave)
  } finally {
    await source.close()
  }
}
