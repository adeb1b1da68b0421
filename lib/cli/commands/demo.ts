import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openDirectory } from '../../directory/index.js'
import { openRemote } from '../../remote/index.js'
import type { Source } from '../../replica/index.js'
import { startLeader } from '../../server/index.js'
import { openStore, openStoreSource, openStoreTarget } from '../../store/index.js'
import {
  runFullSync,
  sumUpSource,
  type CollectionChecksum,
  type CollectionTotals,
  type SyncEvent,
  type SyncFinished,
} from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { createBankSource } from '../demo/bank-source.js'
import { EXIT_CODE } from '../exit-code.js'
import { formatBytes, formatCount } from '../human.js'
import { createOpeningView } from '../progress/opening-view.js'
import { createProgressView } from '../progress/progress-view.js'
import { formatTable } from '../table.js'

/** Flags of `tidemark demo`. */
export interface DemoFlags {
  /** A dump directory; default: a sample that is made up. */
  readonly from?: string | undefined
  /** Where the two stores are made. */
  readonly dir: string
}

interface StorePaths {
  readonly leader: string
  readonly follower: string
}

const DATABASE = 'demo'
const USER = 'root'

const COLUMNS = [
  { title: 'collection' },
  { title: 'documents', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'seconds', align: 'right' },
  { title: 'MB/s', align: 'right' },
  { title: 'checksums' },
] as const

/** `tidemark demo`: dump directory or sample to leader, leader over HTTP to follower, compared. */
export async function demoCommand(
  context: CommandContext,
  { from, dir }: DemoFlags,
): Promise<number> {
  const { stdout, signal } = context
  const paths = { leader: join(dir, 'leader'), follower: join(dir, 'follower') }
  const source = from === undefined ? createBankSource() : await openDirectory(from)
  try {
    // What cannot be read shows before anything is given up for it.
    await (await source.openSnapshot({ signal })).close()
    await emptyDatabase(context, paths.leader)
    await emptyDatabase(context, paths.follower)
    stdout.write(`1. ${source.address} is loaded into the leader's store, ${paths.leader}\n`)
    await copy(context, source, paths.leader)
  } finally {
    await source.close()
  }
  const copied = await copyOverHttp(context, paths)
  stdout.write('3. leader and follower are summed up and compared\n\n')
  const leaderSums = await sumUp(paths.leader, signal)
  const followerSums = await sumUp(paths.follower, signal)
  const isEqual = describeSums(leaderSums) === describeSums(followerSums)
  stdout.write(report(copied, leaderSums, followerSums))
  stdout.write(`\nchecksums are ${isEqual ? 'equal' : 'NOT EQUAL'}\n\n${nextSteps(paths)}`)
  return isEqual ? EXIT_CODE.fine : EXIT_CODE.differences
}

/** What a copy did, and how long each collection took. */
interface TimedCopy {
  readonly finished: SyncFinished
  readonly seconds: ReadonlyMap<string, number>
}

async function emptyDatabase(context: CommandContext, path: string): Promise<void> {
  const opening = createOpeningView(context)
  const store = await openStore(path, { ...opening, mode: 'write', create: true })
  try {
    if (store.database(DATABASE) !== undefined) await store.dropDatabase(DATABASE)
  } finally {
    await store.close()
  }
}

async function copyOverHttp(context: CommandContext, paths: StorePaths): Promise<TimedCopy> {
  const store = await openStore(paths.leader, { mode: 'write' })
  const password = randomBytes(18).toString('base64url')
  try {
    const auth = { kind: 'on', rootPassword: password } as const
    const leader = await startLeader({ store, port: 0, auth })
    try {
      context.stdout.write(`2. ${leader.url} serves it, and ${paths.follower} follows\n`)
      const address = { kind: 'remote', url: leader.url, database: DATABASE } as const
      const remote = openRemote(address, { username: USER, password })
      try {
        return await copy(context, remote, paths.follower)
      } finally {
        await remote.close()
      }
    } finally {
      await leader.close()
    }
  } finally {
    await store.close()
  }
}

async function copy(context: CommandContext, source: Source, path: string): Promise<TimedCopy> {
  const target = await openStoreTarget(path, DATABASE)
  const view = createProgressView(context)
  const seconds = new Map<string, number>()
  let begunMs = 0
  const note = (event: SyncEvent): void => {
    view.show(event)
    if (event.kind === 'collection-started') begunMs = Date.now()
    if (event.kind === 'collection-finished') {
      seconds.set(event.collection, (Date.now() - begunMs) / 1000)
    }
  }
  try {
    const { signal } = context
    return { finished: await runFullSync(source, target, { signal }, note), seconds }
  } finally {
    view.end()
    await target.close()
  }
}

async function sumUp(path: string, signal: AbortSignal): Promise<readonly CollectionChecksum[]> {
  const source = await openStoreSource(path, DATABASE)
  try {
    return await sumUpSource(source, { signal })
  } finally {
    await source.close()
  }
}

function describeSums(sums: readonly CollectionChecksum[]): string {
  return sums.map(describeSum).join('\n')
}

function describeSum(sum: CollectionChecksum | undefined): string {
  return sum === undefined
    ? 'absent'
    : `${sum.collection} ${sum.count} ${sum.revisions} ${sum.contents}`
}

function report(
  { finished, seconds }: TimedCopy,
  leaderSums: readonly CollectionChecksum[],
  followerSums: readonly CollectionChecksum[],
): string {
  const sumOf = (sums: readonly CollectionChecksum[], name: string): string =>
    describeSum(sums.find(({ collection }) => collection === name))
  const rows = finished.collections.map(({ name, totals }) => {
    const isEqual = sumOf(leaderSums, name) === sumOf(followerSums, name)
    return toRow(name, totals, seconds.get(name) ?? 0, isEqual)
  })
  const allSeconds = [...seconds.values()].reduce((a, b) => a + b, 0)
  const isEqual = describeSums(leaderSums) === describeSums(followerSums)
  return formatTable(COLUMNS, [...rows, toRow('all', finished.totals, allSeconds, isEqual)])
}

function toRow(
  name: string,
  { documents, bytes }: CollectionTotals,
  seconds: number,
  isEqual: boolean,
): string[] {
  const rate = bytes / 1e6 / Math.max(seconds, 0.001)
  return [
    name,
    formatCount(documents),
    formatBytes(bytes),
    seconds.toFixed(2),
    rate.toFixed(1),
    isEqual ? 'equal' : 'NOT EQUAL',
  ]
}

function nextSteps({ leader, follower }: StorePaths): string {
  return [
    'Try next:',
    `  npx tidemark inventory 'store:${follower}#${DATABASE}'`,
    `  npx tidemark checksum 'store:${follower}#${DATABASE}' --json`,
    `  npx tidemark serve --store ${leader}`,
    '',
  ].join('\n')
}
