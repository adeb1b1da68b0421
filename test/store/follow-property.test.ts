import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  openStore,
  openStoreSource,
  openStoreTarget,
  StoreError,
  type Store,
} from '../../lib/store/index.js'
import type { FollowTarget } from '../../lib/replica/index.js'
import { tick } from '../../lib/values/index.js'
import type { JsonObject } from '../../lib/wire/index.js'
import { collectAll } from '../support/streams.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { systemOf } from './support/documents.js'
import { positionAt, toGroups } from './support/groups.js'
import { changeTables, checkTreeIn } from './support/trees.js'
import { checkUnique } from './support/unique.js'

/** Each of another history than the last time: few at a time add up. */
const RUNS = 5
const DATABASES = ['_system', 'shop'] as const
const NAMES = ['a', 'b', 'c'] as const
const KEYS = ['k0', 'k1', 'k2', 'k3'] as const

const place = {
  database: fc.constantFrom(...DATABASES),
  name: fc.constantFrom(...NAMES),
  key: fc.constantFrom(...KEYS),
  /** A value that a unique index may want for one document only. */
  n: fc.integer({ min: 0, max: 3 }),
}
const change = fc.record({ ...place, isRemoval: fc.boolean() })

/** What happens on the leader; what is impossible as things are is passed over. */
const stepArbitrary = fc.oneof(
  { weight: 24, arbitrary: fc.record({ ...place, kind: fc.constantFrom('put', 'remove') }) },
  {
    weight: 8,
    arbitrary: fc.record({
      ...place,
      kind: fc.constant('transaction'),
      changes: fc.array(change, { maxLength: 6 }),
      isUndone: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...place,
      kind: fc.constantFrom(
        ...(['create', 'drop', 'truncate', 'rename', 'change', 'index', 'drop-index'] as const),
        ...(['view', 'change-view', 'drop-view', 'drop-database', 'create-database'] as const),
      ),
    }),
  },
)
type Step = typeof stepArbitrary extends fc.Arbitrary<infer Value> ? Value : never

describe('FollowTarget of a store', () => {
  const directory = useTemporaryDirectory()
  let run = 0

  it('is what the leader is, whatever happened and however it was cut', async function () {
    this.timeout(180_000)
    const history = fc.array(stepArbitrary, { minLength: 60, maxLength: 120 })
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 40 }))
    await fc.assert(
      fc.asyncProperty(history, sizes, fc.boolean(), async (steps, cuts, startsLate) => {
        run += 1
        const leader = directory.at(`leader${run}`)
        const follower = directory.at(`follower${run}`)
        const store = await openStore(leader, { mode: 'write', create: true })
        await store.createDatabase('shop')
        // Else most of what follows would speak of collections that are not there.
        for (const database of DATABASES) {
          for (const name of NAMES)
            await perform(store, { kind: 'create', database, name, key: 'k0', n: 0 })
        }
        for (const step of startsLate ? steps : []) await perform(store, step)
        await followAll(leader, follower, cuts)
        for (const step of steps) await perform(store, step)
        await followAll(leader, follower, cuts)
        const copy = await openStore(follower, { mode: 'read' })
        const ids = copy.databases().flatMap((each) => copy.collections(each).map(({ id }) => id))
        try {
          assert.deepEqual(await contentsOf(copy), await contentsOf(store))
        } finally {
          await copy.close()
          await store.close()
        }
        await changeTables(follower, (tables) => {
          for (const id of ids) checkUnique(tables, id)
        })
        // Whoever follows the follower sees the same again, its transactions too.
        const third = directory.at(`third${run}`)
        await followAll(follower, third, cuts)
        const last = await openStore(third, { mode: 'read' })
        const middle = await openStore(follower, { mode: 'read' })
        assert.deepEqual(await contentsOf(last), await contentsOf(middle))
        await Promise.all([last.close(), middle.close()])
      }),
      { numRuns: RUNS },
    )
  })
})

/** Reads all of a leader's log, and applies it; between two applications the store is opened anew. */
async function followAll(leader: string, follower: string, cuts: Iterator<number>): Promise<void> {
  const source = await openStoreSource(leader, '_system')
  const log = source.openLog?.({ isGlobal: true, includeSystem: true })
  assert.ok(log !== undefined)
  const from = await withTarget(follower, async (target) => (await target.position())?.tick)
  const lines: string[] = []
  for (let after = from ?? tick(0n); ;) {
    const answer = await log.read({ from: after, lastScanned: tick(0n) })
    for (const chunk of await collectAll(answer.chunks)) {
      lines.push(...chunk.buffer.toString().trimEnd().split('\n'))
    }
    after = answer.lastIncluded
    if (!answer.checkMore) break
  }
  await source.close()
  const groups = toGroups(lines, undefined).map((group) => {
    return { ...group, position: { ...group.position, database: undefined } }
  })
  for (let at = 0; at < groups.length;) {
    const size = cuts.next().value as number
    const some = groups.slice(at, at + size)
    const position = some.at(-1)?.position ?? positionAt(0n)
    await withTarget(follower, async (target) => {
      await target.apply(some, position)
      assert.deepEqual(await target.position(), position)
    })
    at += size
  }
}

async function withTarget<Result>(
  path: string,
  work: (target: FollowTarget) => Promise<Result>,
): Promise<Result> {
  const target = await openStoreTarget(path, '_system')
  try {
    const follow = await target.openFollow?.({ isGlobal: true })
    assert.ok(follow !== undefined)
    return await work(follow)
  } finally {
    await target.close()
  }
}

/** Everything that both sides must agree on: definitions but for local ids, trees, documents. */
async function contentsOf(store: Store): Promise<unknown> {
  const snapshot = await store.openSnapshot()
  const contents: unknown[] = []
  for (const database of snapshot.databases()) {
    for (const collection of snapshot.collections(database)) {
      const { definition, documents, bytes } = collection
      const { count, hash } = await checkTreeIn(snapshot, collection)
      const blocks = await collectAll(snapshot.readLines(collection, { form: 'bare' }))
      const text = Buffer.concat(blocks).toString()
      const { parameters, indexes } = definition
      contents.push([database.name, withoutIds(parameters), indexes, documents, bytes, count, hash])
      contents.push(text)
    }
    for (const { definition } of snapshot.views(database)) {
      contents.push([database.name, withoutIds(definition.properties)])
    }
  }
  snapshot.close()
  return contents
}

/** Ids are local, and so is where a tree begins. */
function withoutIds(parameters: JsonObject): JsonObject {
  const local = ['id', 'cid', 'planId', 'minRevision']
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !local.includes(name)))
}

type Found = NonNullable<ReturnType<Store['collection']>>
type Perform = (store: Store, step: Step, found: Found) => Promise<unknown>

/** What needs no collection, or one that is not there. */
const MAKING: Readonly<Record<string, (store: Store, step: Step) => Promise<unknown>>> = {
  'create-database': (store) => store.createDatabase('shop'),
  'drop-database': (store) => store.dropDatabase('shop'),
  create: (store, { name, key, database }) =>
    store.createCollection(store.database(database) ?? systemOf(store), {
      name,
      type: 2,
      indexes: [{ type: 'persistent', fields: ['n'], unique: key !== 'k1', id: '17' }],
    }),
  view: (store, { key, database }) =>
    store.createView(store.database(database) ?? systemOf(store), {
      name: `v${key}`,
      type: 'arangosearch',
    }),
  'change-view': (store, step) =>
    store.changeView(viewOf(store, step), { links: { [step.name]: {} } }),
  'drop-view': (store, step) => store.dropView(viewOf(store, step)),
}

/** What is done to a collection that is there. */
const CHANGING: Readonly<Record<string, Perform>> = {
  put: (store, { key, n }, found) =>
    store.put(found, `{"_key":"${key}","n":${n},"ä":"${'x'.repeat(30)}"}`),
  remove: (store, { key }, found) => store.remove(found, key),
  transaction: transact,
  drop: (store, _step, found) => store.dropCollection(found),
  truncate: (store, _step, found) => store.truncateCollection(found),
  rename: (store, { key }, found) => store.renameCollection(found, NAMES[Number(key[1]) % 3] ?? ''),
  change: (store, { key }, found) =>
    store.changeCollection(found, { waitForSync: key === 'k1', schema: key }),
  index: (store, { key, n }, found) =>
    store.createIndex(found, { type: 'hash', fields: ['n', key], sparse: n > 1, unique: true }),
  'drop-index': (store, _step, found) =>
    store.dropIndex(found, String(found.definition.indexes[0]?.['id'])),
}

/** Refusals are passed over: what is there decides what can be done. */
async function perform(store: Store, step: Step): Promise<void> {
  const database = store.database(step.database)
  const found = database && store.collection(database, step.name)
  const making = MAKING[step.kind]
  try {
    if (making !== undefined) await making(store, step)
    else if (found !== undefined) await CHANGING[step.kind]?.(store, step, found)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
  }
}

function viewOf(store: Store, { key, database }: Step): { readonly id: number } {
  const views = store.views(store.database(database) ?? systemOf(store))
  return views.find(({ definition }) => definition.name === `v${key}`) ?? { id: 0 }
}

async function transact(store: Store, step: Step, found: Found): Promise<void> {
  const database = store.database(step.database) ?? systemOf(store)
  const work = store.transaction(database, (operations) => {
    for (const { name, key, n, isRemoval } of 'changes' in step ? step.changes : []) {
      const collection = store.collection(database, name) ?? found
      if (isRemoval) operations.remove(collection, key)
      else operations.put(collection, `{"_key":"${key}","n":${n},"t":true}`)
    }
    if ('isUndone' in step && step.isUndone) throw new RangeError('undone')
  })
  await work.catch((error: unknown) => {
    // A conflict undoes it, too.
    if (!(error instanceof RangeError) && !(error instanceof StoreError)) throw error
  })
}
