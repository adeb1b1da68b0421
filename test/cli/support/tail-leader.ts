import assert from 'node:assert/strict'
import type { Store, StoreCollection } from '../../../lib/store/index.js'
import { databaseOf, startTestLeader, type TestLeader } from '../../server/support/test-leader.js'
import { runInProcess, type InProcessOptions } from './run-in-process.js'
import type { Outcome } from './run-tidemark.js'

/** One line of events. */
export interface TailLine {
  readonly id: string
  readonly kind: string
  readonly tick: string
  readonly tid?: string
  readonly database?: string
  readonly collection?: string
  readonly key?: string
  readonly rev?: string
  readonly document?: Readonly<Record<string, unknown>>
  readonly changes?: readonly TailLine[]
  readonly markers?: readonly { readonly type: number; readonly tick: string }[]
}

/** The lines that were written. */
export function linesOf({ stdout }: Pick<Outcome, 'stdout'>): TailLine[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TailLine)
}

/** Keys of lines. */
export const keysOf = (lines: readonly TailLine[]): (string | undefined)[] =>
  lines.map(({ key }) => key)

/** A leader with a database "shop", and the command that reads it. */
export interface TailLeader {
  readonly url: () => string
  readonly store: () => Store
  /** Address of the database. */
  readonly address: () => string
  /** A collection of it, which must be there. */
  readonly collection: (name: string) => StoreCollection
  /** Runs `tidemark tail` on it. */
  readonly tail: (
    flags?: readonly string[],
    options?: InProcessOptions,
    expectedCode?: number,
  ) => Promise<Outcome>
  /** Puts documents into a collection, which is made when there is none. */
  readonly put: (name: string, ...keys: readonly string[]) => Promise<void>
  /** Two puts and a removal in one transaction of collection `a`; and one that is undone. */
  readonly transact: () => Promise<void>
}

/** Starts a leader before each test of the suite; call inside `describe`. */
export function useTailLeader(): TailLeader {
  let leader: TestLeader | undefined
  const served = (): TestLeader => leader ?? assert.fail('the leader has not been started')
  beforeEach(async () => {
    leader = await startTestLeader()
    await leader.store.createDatabase('shop')
  })
  afterEach(() => served().close())
  const find = (name: string): StoreCollection | undefined =>
    served().store.collection(databaseOf(served().store, 'shop'), name)
  const collection = (name: string): StoreCollection =>
    find(name) ?? assert.fail(`there is no ${name}`)
  const address = (): string => `${served().url}/_db/shop`
  const put: TailLeader['put'] = async (name, ...keys) => {
    const { store } = served()
    const shop = databaseOf(store, 'shop')
    const into = find(name) ?? (await store.createCollection(shop, { name, type: 2 }))
    for (const key of keys) await store.put(into, `{"_key":"${key}","n":1.50}`)
  }
  return {
    url: () => served().url,
    store: () => served().store,
    address,
    collection,
    put,
    async tail(flags = [], options = {}, expectedCode = 0) {
      const outcome = await runInProcess(['tail', address(), ...flags], options)
      assert.equal(outcome.exitCode, expectedCode, outcome.stderr)
      return outcome
    },
    async transact() {
      await put('a')
      const a = collection('a')
      const { store } = served()
      const shop = databaseOf(store, 'shop')
      await store.transaction(shop, (operations) => {
        operations.put(a, '{"_key":"t1"}')
        operations.put(a, '{"_key":"t2"}')
        operations.remove(a, 't1')
      })
      const undone = store.transaction(shop, (operations) => {
        operations.put(a, '{"_key":"undone"}')
        throw new Error('no')
      })
      await assert.rejects(undone)
    },
  }
}
