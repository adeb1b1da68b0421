/*
 * A leader is written to by three writers at a time, and followed by three stores that begin before,
 * in the middle and after, and by a feed of changes. What each of them has in the end, and what the
 * feed was told on the way, is held against the log of the leader and against what was acknowledged.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { filter, firstValueFrom, ReplaySubject, takeUntil, tap, type Observable } from 'rxjs'
import { openStoreTarget } from '../../../lib/store/index.js'
import { followReplica, type FollowEvent } from '../../../lib/sync/index.js'
import {
  followTail,
  groupTransactions,
  toChangeEvents,
  type ChangeEvent,
} from '../../../lib/sync/tail/index.js'
import type { Tick } from '../../../lib/values/index.js'
import { assertSameList } from '../../support/assert-same-list.js'
import { changesOf, type LoggedChange } from '../../support/logged-changes.js'
import { loadedStateOf } from '../../support/loaded-state.js'
import { runMixedLoad } from '../../support/mixed-load.js'
import { LoadModel } from '../../support/mixed-load-model.js'
import { DATABASE, openLeader, stateOf, useReplicaPair } from '../support/replica-pair.js'

const OPERATIONS = 10_000
/** Who is level at the begin is told so when the first wait is over. */
const WAIT_MS = 1000
/** Another one in each run: a failure names it. */
const SEED = randomInt(2 ** 31)

/** An event as it was when it was delivered. */
interface Delivered {
  readonly id: string
  readonly kind: ChangeEvent['kind']
  readonly key: string | undefined
  readonly tick: Tick
  readonly transactionId: Tick | undefined
  readonly value: string | undefined
  /** Tick of the leader's newest durable marker at that moment. */
  readonly leaderTick: Tick
}

describe(`A leader under mixed load of seed ${SEED}`, () => {
  const { served, leader, system, at } = useReplicaPair()

  it('is followed from before, from the middle and from after, each change once', async () => {
    const model = new LoadModel()
    const half$ = new ReplaySubject<void>(1)
    const delivered: Delivered[] = []
    const before = await startFollower('before')
    const feed = startFeed(delivered)
    const middle = firstValueFrom(half$).then(() => startFollower('middle'))
    await runMixedLoad(leader(), system(), {
      seed: SEED,
      operations: OPERATIONS,
      onBegin: (step) => {
        model.begin(step)
      },
      onDone: (step) => {
        model.done(step)
        if (model.changeCount > OPERATIONS / 2) half$.next()
      },
    })
    const after = await startFollower('after')
    for (const follower of [before, await middle, after]) await follower.level()
    await feed.level()
    model.check(await loadedStateOf(leader(), system()))
    await checkFollowers(['before', 'middle', 'after'])
    checkFeed(delivered, await changesOf(leader()), model)
  }).timeout(240_000)

  /** Starts a follower; resolves once its copy is done. */
  async function startFollower(name: string): Promise<{ level: () => Promise<void> }> {
    const source = openLeader(served())
    const target = await openStoreTarget(at(name), DATABASE)
    const run = startRun(followReplica(source, target, { progressMs: 10, waitMs: WAIT_MS }))
    await firstValueFrom(run.events$.pipe(filter(({ kind }) => kind === 'follow-started')))
    return {
      async level() {
        await firstValueFrom(run.events$.pipe(filter(hasTick(leader().lastTick))))
        run.stop()
        await Promise.all([source.close(), target.close()])
      },
    }
  }

  function startFeed(delivered: Delivered[]): { level: () => Promise<void> } {
    const source = openLeader(served())
    const events$ = followTail(source, { from: 'start' }).pipe(
      groupTransactions(),
      toChangeEvents(),
      tap(({ id, kind, key, tick, transactionId, document }) => {
        const value = kind === 'put' ? valueOf(document) : undefined
        const leaderTick = leader().lastTick
        delivered.push({ id, kind, key, tick, transactionId, value, leaderTick })
      }),
    )
    const run = startRun(events$)
    return {
      async level() {
        const last = (await changesOf(leader())).at(-1)?.tick
        const isLast = ({ position }: ChangeEvent): boolean => position?.tick === last
        await firstValueFrom(run.events$.pipe(filter(isLast)))
        run.stop()
        await source.close()
      },
    }
  }

  async function checkFollowers(names: readonly string[]): Promise<void> {
    const wanted = await stateOf(served().store.path)
    for (const name of names) assert.deepEqual(await stateOf(at(name)), wanted, name)
  }
})

/** Subscribes until it is stopped; what was emitted can be asked for later. */
function startRun<Item>(items$: Observable<Item>): {
  readonly events$: Observable<Item>
  readonly stop: () => void
} {
  const stop$ = new ReplaySubject<void>(1)
  // The last one is enough: whoever asks later asks for a state that stays.
  const events$ = new ReplaySubject<Item>(1)
  items$.pipe(takeUntil(stop$)).subscribe(events$)
  return {
    events$,
    stop: () => {
      stop$.next()
    },
  }
}

/** What a follower tells when it has all that the leader had at a tick. */
function hasTick(tick: Tick): (event: FollowEvent) => boolean {
  return (event) => event.kind === 'followed' && event.isLevel && event.leaderTick >= tick
}

function valueOf(document: Buffer | undefined): string | undefined {
  assert.ok(document !== undefined)
  return (JSON.parse(document.toString()) as { readonly value?: string }).value
}

function checkFeed(
  delivered: readonly Delivered[],
  log: readonly LoggedChange[],
  model: LoadModel,
): void {
  const changes = log.filter(({ kind }) => kind !== 'begin' && kind !== 'commit')
  assertSameList(
    delivered.map(({ tick, kind, key, value }) => textOf(tick, kind, key, value)),
    changes.map((change) => textOf(change.tick, eventKind(change), change.key, change.value)),
    'the feed',
  )
  assert.equal(new Set(delivered.map(({ id }) => id)).size, delivered.length)
  const values = new Set(delivered.map(({ value }) => value))
  for (const change of model.acknowledged) {
    if (change.kind === 'put') assert.ok(values.has(change.value), change.value)
  }
  assert.ok([...values].every((value) => value?.startsWith('ghost') !== true))
  checkCommits(delivered, log)
}

/** Nothing may be told of a transaction before its commit is on the disk of the leader. */
function checkCommits(delivered: readonly Delivered[], log: readonly LoggedChange[]): void {
  const commits = new Map<Tick, Tick>()
  for (const { kind, transactionId, tick } of log) {
    if (kind === 'commit') commits.set(transactionId, tick)
  }
  assert.ok(commits.size > 100)
  for (const { id, tick, transactionId, leaderTick } of delivered) {
    const committed = transactionId === undefined ? tick : commits.get(transactionId)
    assert.ok(committed !== undefined && committed <= leaderTick, id)
  }
}

function textOf(at: Tick, ...parts: readonly (string | undefined)[]): string {
  return `${at} ${parts.join(' ')}`
}

function eventKind({ kind }: LoggedChange): string {
  const names: Partial<Record<LoggedChange['kind'], string>> = {
    document: 'put',
    removal: 'remove',
    'truncate-collection': 'truncate',
  }
  return names[kind] ?? kind
}
