import assert from 'node:assert/strict'
import type { Snapshot, Target, TargetCopy, TargetRepair } from '../../lib/replica/index.js'
import { encodeRevision, revision, REVISION_LOWER_BOUND } from '../../lib/values/index.js'
import type { CollectionDefinition } from '../../lib/wire/index.js'
import { chunkOf } from './chunk.js'

/** Opens a target with an empty database, and closes it afterwards. */
export type WithTarget = (use: (target: Target) => Promise<void>) => Promise<void>

const INDEX = { type: 'persistent', name: 'byN', fields: ['n'], unique: false, sparse: false }
const ORIGIN = { address: 'http://other:1', serverId: '77', tick: undefined }

function definition(name: string, more: Partial<CollectionDefinition> = {}): CollectionDefinition {
  return {
    name,
    type: 2,
    globallyUniqueId: undefined,
    id: undefined,
    isSystem: name.startsWith('_'),
    isDeleted: false,
    syncByRevision: true,
    parameters: { name, type: 2 },
    indexes: [],
    ...more,
  }
}

function revisionText(index: number): string {
  return encodeRevision(revision(REVISION_LOWER_BOUND + BigInt(index) + 1n))
}

function line(key: string, index: number, more: object = {}): string {
  return JSON.stringify({ _key: key, _rev: revisionText(index), ...more })
}

function removal(key: string): string {
  return JSON.stringify({ type: 2302, data: { _key: key } })
}

/** The documents of a collection by key: what they say but for `_id`. */
async function documentsOf(copy: TargetCopy, name: string): Promise<Record<string, unknown>> {
  const snapshot = await copy.openSnapshot()
  try {
    const found = (await find(snapshot, name)) ?? assert.fail(`there is no ${name}`)
    const documents: Record<string, unknown> = {}
    for await (const { chunk } of snapshot.dump(found)) {
      for (const document of chunk.documents()) {
        const { _key, _id, ...rest } = document as { _key: string; _id: string }
        documents[_key] = rest
      }
    }
    return documents
  } finally {
    await snapshot.close()
  }
}

async function find(snapshot: Snapshot, name: string): Promise<CollectionDefinition | undefined> {
  const { collections } = await snapshot.inventory()
  return collections.find((one) => one.definition.name === name)?.definition
}

async function definitionOf(
  copy: TargetCopy,
  name: string,
): Promise<CollectionDefinition | undefined> {
  const snapshot = await copy.openSnapshot()
  try {
    return await find(snapshot, name)
  } finally {
    await snapshot.close()
  }
}

async function openRepair(copy: TargetCopy, name: string): Promise<TargetRepair> {
  return (await copy.openCollection(definition(name))) ?? assert.fail(`there is no ${name}`)
}

/** What every replica does that a copy can go into; call inside `describe`. */
export function describeTarget(withTarget: WithTarget): void {
  const withCopy = (use: (copy: TargetCopy) => Promise<void>): Promise<void> =>
    withTarget(async (target) => use(await target.beginCopy(ORIGIN)))

  describe('as any target', () => {
    it('beginCopy() marks it until finish() where it keeps a mark, and only there', async () => {
      await withTarget(async (target) => {
        const copy = await target.beginCopy(ORIGIN)
        const expected = target.keepsMark === false ? undefined : ORIGIN.address
        assert.equal((await target.unfinishedCopy())?.address, expected)
        await copy.finish()
        assert.equal(await target.unfinishedCopy(), undefined)
      })
    })

    it('replaceCollection() makes a collection empty and of the definition', async () => {
      await withCopy(async (copy) => {
        const first = await copy.replaceCollection(definition('c'))
        await first.write(chunkOf([line('old', 0)]))
        const parameters = { name: 'c', type: 3, waitForSync: true }
        await copy.replaceCollection(definition('c', { type: 3, parameters }))
        assert.deepEqual(await documentsOf(copy, 'c'), {})
        const made = await definitionOf(copy, 'c')
        assert.equal(made?.type, 3)
        assert.equal(made.parameters['waitForSync'], true)
      })
    })

    it('write() keeps what documents say, and their revisions', async () => {
      await withCopy(async (copy) => {
        const into = await copy.replaceCollection(definition('c'))
        const exact = '{"_key":"exact","_rev":"' + revisionText(1) + '","n":18446744073709551615}'
        const written = await into.write(chunkOf([line('k:1@(%)', 0, { t: 'é"\n' }), exact]))
        assert.equal(written.documents, 2)
        assert.equal(written.replacedRevisions, 0)
        assert.equal(written.bytes, Buffer.byteLength(line('k:1@(%)', 0, { t: 'é"\n' }) + exact))
        const there = await documentsOf(copy, 'c')
        assert.deepEqual(there['k:1@(%)'], { _rev: revisionText(0), t: 'é"\n' })
        assert.deepEqual(Object.keys(there).sort(), ['exact', 'k:1@(%)'])
      })
    })

    it('write() keeps the order of the entries of a key', async () => {
      await withCopy(async (copy) => {
        const into = await copy.replaceCollection(definition('c'))
        const keys = ['a', 'b', 'c', 'd']
        const rounds = Array.from({ length: 5 }, (_, round) => [
          ...keys.map((key, index) => line(key, 100 * round + index, { round })),
          removal('b'),
          ...keys.map((key, index) => line(key, 100 * round + 10 + index, { last: round })),
          removal('c'),
        ])
        const written = await into.write(chunkOf(rounds.flat()))
        assert.equal(written.documents, 40)
        assert.equal(written.removals, 10)
        assert.deepEqual(await documentsOf(copy, 'c'), {
          a: { _rev: revisionText(410), last: 4 },
          b: { _rev: revisionText(411), last: 4 },
          d: { _rev: revisionText(413), last: 4 },
        })
      })
    })

    it('write() gives a new revision to a document without one, and counts it', async () => {
      await withCopy(async (copy) => {
        const into = await copy.replaceCollection(definition('c'))
        const written = await into.write(chunkOf(['{"_key":"a"}', line('b', 0)]))
        assert.equal(written.replacedRevisions, 1)
        assert.deepEqual(Object.keys(await documentsOf(copy, 'c')).sort(), ['a', 'b'])
      })
    })

    it('makes the indexes of a definition, and change() drops and makes them', async () => {
      await withCopy(async (copy) => {
        const wanted = definition('c', { indexes: [INDEX] })
        const into = await copy.replaceCollection(wanted)
        await into.createIndexes(wanted.indexes)
        assert.deepEqual(
          (await definitionOf(copy, 'c'))?.indexes.map(({ name }) => name),
          ['byN'],
        )
        const repair = await openRepair(copy, 'c')
        const parameters = { name: 'c', type: 2, waitForSync: true }
        const other = definition('c', { parameters, indexes: [{ ...INDEX, name: 'byM' }] })
        assert.equal(await repair.change(other), true)
        assert.equal(await repair.change(other), false)
        const changed = await definitionOf(copy, 'c')
        assert.equal(changed?.parameters['waitForSync'], true)
        assert.deepEqual(
          changed.indexes.map(({ name }) => name),
          ['byM'],
        )
      })
    })

    it('openCollection() finds one of the name and type alone', async () => {
      await withCopy(async (copy) => {
        assert.equal(await copy.openCollection(definition('c')), undefined)
        await copy.replaceCollection(definition('c'))
        assert.equal((await openRepair(copy, 'c')).definition.name, 'c')
        assert.equal(await copy.openCollection(definition('c', { type: 3 })), undefined)
      })
    })

    it('removeRevisions() removes what has them, and passes over the others', async () => {
      await withCopy(async (copy) => {
        const into = await copy.replaceCollection(definition('c'))
        await into.write(chunkOf(['a', 'b', 'c'].map((key, index) => line(key, index))))
        const repair = await openRepair(copy, 'c')
        const gone = [1, 2, 9].map((index) => REVISION_LOWER_BOUND + BigInt(index) + 1n)
        const { removals } = await repair.removeRevisions(BigUint64Array.from(gone))
        assert.equal(removals, 2)
        assert.deepEqual(Object.keys(await documentsOf(copy, 'c')), ['a'])
        await repair.truncate()
        assert.deepEqual(await documentsOf(copy, 'c'), {})
      })
    })

    it('dropCollection() drops one, truncates one of the system, passes over none', async () => {
      await withCopy(async (copy) => {
        for (const name of ['c', '_graphs']) {
          const into = await copy.replaceCollection(definition(name))
          await into.write(chunkOf([line('a', 0)]))
          await copy.dropCollection(name)
        }
        await copy.dropCollection('none')
        assert.equal(await definitionOf(copy, 'c'), undefined)
        assert.deepEqual(await documentsOf(copy, '_graphs'), {})
      })
    })

    it('fillCollection() opens what is there, as it is', async () => {
      await withCopy(async (copy) => {
        assert.equal(await copy.fillCollection('c'), undefined)
        await copy.replaceCollection(definition('c'))
        await (await copy.fillCollection('c'))?.write(chunkOf([line('a', 0)]))
        await (await copy.fillCollection('c'))?.write(chunkOf([line('b', 1)]))
        assert.deepEqual(Object.keys(await documentsOf(copy, 'c')).sort(), ['a', 'b'])
      })
    })
  })
}
