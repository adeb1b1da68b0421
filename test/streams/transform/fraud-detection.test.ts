import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import {
  createParallelRunner,
  createTransformRunner,
  resolveTransforms,
  type CollectionInfo,
  type TransformRunner,
} from '../../../lib/streams/transform/index.js'
import type { JsonObject } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'
import { linesOf } from '../../support/streams.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

/*
 * A dump of a bank with customers and accounts is masked as a whole, by a maskings file and by keyed
 * pseudonyms. Afterwards every edge still has both its ends, and of what was to be masked not one value
 * is left anywhere in the bytes.
 */
const EDGES = ['accountHolder', 'transaction', 'Relationship']
const MASKINGS = {
  Class: { type: 'full' },
  Relationship: { type: 'full' },
  bank: { type: 'masked', maskings: [{ path: 'bank_name', type: 'randomString' }] },
  branch: {
    type: 'masked',
    maskings: [
      { path: 'branch_name', type: 'xifyFront', unmaskedLength: 0, hash: true },
      { path: 'street_name', type: 'random' },
      { path: 'Postcode', type: 'zip' },
      { path: 'City', type: 'email' },
    ],
  },
  account: {
    type: 'masked',
    maskings: [
      { path: 'Balance', type: 'integer', lower: 0, upper: 10 },
      { path: 'account_opening_date', type: 'datetime', format: '%yyyy' },
      { path: 'rank', type: 'decimal' },
    ],
  },
  accountHolder: { type: 'full' },
  transaction: { type: 'masked', maskings: [{ path: '*', type: 'xifyFront', unmaskedLength: 0 }] },
  customer: {
    type: 'masked',
    maskings: [
      { path: 'Name', type: 'xifyFront', unmaskedLength: 0 },
      { path: 'Ssn', type: 'phone' },
      { path: 'credit_card_number', type: 'creditCard' },
      { path: '.rank', type: 'random' },
    ],
  },
}
const PSEUDONYMS = {
  keys: {
    customer: 'preserve',
    account: 'hex',
    bank: 'digits',
    branch: { type: 'preserve', domain: 'branches' },
    // The keys of edges are made of those of their ends.
    accountHolder: 'hex',
    transaction: 'hex',
  },
  attributes: {
    customer: [
      { path: 'Ssn', type: 'preserve' },
      { path: 'Name', type: 'preserve' },
      { path: 'credit_card_number', type: 'preserve' },
    ],
    account: [{ path: 'customer_id', type: 'key', collection: 'customer' }],
  },
  removeRevisions: true,
}
const ENVIRONMENT = {
  TIDEMARK_MASKINGS_SEED: '77',
  TIDEMARK_PSEUDONYM_KEY: 'a key for tests, of no less than 32 bytes',
}

interface Collection {
  readonly info: CollectionInfo
  readonly lines: readonly string[]
}

function readCollections(): readonly Collection[] {
  const folder = sharedUrl('datasets/fraud-detection/')
  const files = readdirSync(folder).filter((file) => file.endsWith('.data.json.gz'))
  return files.map((file) => {
    const name = file.replace(/_[0-9a-f]{32}[.]data[.]json[.]gz$/, '')
    const text = gunzipSync(readFileSync(new URL(file, folder))).toString()
    const type = EDGES.includes(name) ? 'edge' : 'document'
    const isSystem = name.startsWith('_')
    const info = { database: undefined, name, type, isSystem, parameters: {}, indexes: [] } as const
    return { info, lines: text.split('\n').filter((line) => line !== '') }
  })
}

/** All lines that come out, by collection. */
async function transformAll(
  runner: TransformRunner,
  collections: readonly Collection[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const out = new Map<string, readonly string[]>()
  for (const { info, lines } of collections) {
    if (runner.plan(info) === undefined) continue
    const { chunks } = await runner.transform(chunkOf(lines), info)
    out.set(info.name, linesOf(chunks))
  }
  await runner.close()
  return out
}

function documentOf(line: string): JsonObject {
  return (JSON.parse(line) as { readonly data: JsonObject }).data
}

/** Ends of edges that lead to no document. */
function danglingEnds(all: ReadonlyMap<string, readonly string[]>): readonly unknown[] {
  const documents = [...all].flatMap(([name, lines]) =>
    lines.map((line) => ({ name, document: documentOf(line) })),
  )
  const ids = new Set<unknown>(
    documents.map(({ name, document }) => `${name}/${String(document['_key'])}`),
  )
  const ends = documents.flatMap(({ document }) => [document['_from'], document['_to']])
  return ends.filter((end) => end !== undefined && !ids.has(end))
}

/** Values of attributes in the original, those that are masked. */
function originals(
  collections: readonly Collection[],
  names: Record<string, readonly string[]>,
): string[] {
  const values = collections.flatMap(({ info, lines }) =>
    lines.flatMap((line) => (names[info.name] ?? []).map((name) => documentOf(line)[name])),
  )
  return values.filter((value) => value !== undefined && value !== null).map(String)
}

/** Which of some values are in the lines, as whole values or as parts of a text. */
function found(
  values: readonly string[],
  all: ReadonlyMap<string, readonly string[]>,
  isWhole: boolean,
): string[] {
  const text = [...all.values()].flat().join('')
  return values.filter((value) =>
    isWhole
      ? new RegExp(`(?<![\\w.-])${value.replace(/\W/g, '\\$&')}(?![\\w.-])`).test(text)
      : text.includes(value),
  )
}

describeWithShared('fraud-detection, masked', () => {
  const place = useTemporaryDirectory()
  const setup = (): Parameters<typeof resolveTransforms>[1] => ({
    cwd: place.at('.'),
    environment: ENVIRONMENT,
  })
  beforeEach(async () => {
    await writeFile(place.at('maskings.json'), JSON.stringify(MASKINGS))
    await writeFile(place.at('pseudonyms.json'), JSON.stringify(PSEUDONYMS))
  })

  it('has edges that all lead to documents before', () => {
    const all = new Map(readCollections().map(({ info, lines }) => [info.name, lines]))
    assert.deepEqual(danglingEnds(all), [])
    assert.equal([...all.values()].flat().length, 210)
  })

  it('keeps every edge joined and no masked value with a maskings file', async () => {
    const collections = readCollections()
    const runner = createTransformRunner(await resolveTransforms(['mask:maskings.json'], setup()))
    const all = await transformAll(runner, collections)
    assert.deepEqual([...all.keys()].toSorted(), Object.keys(MASKINGS).toSorted())
    assert.equal([...all.values()].flat().length, 208)
    assert.deepEqual(danglingEnds(all), [])
    const masked = originals(collections, {
      bank: ['bank_name'],
      branch: ['branch_name', 'street_name', 'City'],
      account: ['account_opening_date', 'rank'],
      transaction: ['Transaction_type', 'transaction_date', 'trans_time'],
      customer: ['Name', 'Ssn', 'rank'],
    })
    assert.ok(masked.length > 300)
    // Dates and times are parts of keys, which stay; all others are nowhere at all.
    const isInKeys = (value: string): boolean => /^[\d:-]{4,10}$/.test(value)
    const inKeys = masked.filter(isInKeys)
    const elsewhere = masked.filter((value) => !isInKeys(value))
    assert.ok(inKeys.length > 100 && elsewhere.length > 100)
    assert.deepEqual(found(elsewhere, all, false), [])
    assert.deepEqual(found(inKeys, all, true), [])
  })

  it('keeps every edge joined and no original value with pseudonyms', async () => {
    const collections = readCollections()
    const runner = createTransformRunner(
      await resolveTransforms(['pseudonyms:pseudonyms.json'], setup()),
    )
    const all = await transformAll(runner, collections)
    assert.equal([...all.values()].flat().length, 210)
    assert.deepEqual(danglingEnds(all), [])
    const people = originals(collections, {
      customer: ['_key', '_id', 'Name', 'Ssn', 'credit_card_number', '_rev'],
      account: ['_key', '_id', 'customer_id', '_rev'],
      bank: ['_key', '_id'],
      branch: ['_key', '_id'],
      accountHolder: ['_key', '_id', '_from', '_to'],
      transaction: ['_key', '_id', '_from', '_to'],
    })
    assert.ok(people.length > 700)
    assert.deepEqual(found(people, all, false), [])
    // What belonged together still does, by an attribute too.
    const ownersIn = (lines: ReadonlyMap<string, readonly string[]>): number => {
      const customers = new Set(lines.get('customer')?.map((line) => documentOf(line)['_key']))
      const accounts = lines.get('account') ?? []
      return accounts.filter((line) => customers.has(String(documentOf(line)['customer_id'])))
        .length
    }
    const before = new Map(collections.map(({ info, lines }) => [info.name, lines]))
    assert.ok(ownersIn(before) > 40)
    assert.equal(ownersIn(all), ownersIn(before))
  })

  it('comes out the same with both, in threads too', async () => {
    const specs = ['mask:maskings.json', 'pseudonyms:pseudonyms.json']
    const collections = readCollections()
    const runner = createTransformRunner(await resolveTransforms(specs, setup()))
    const all = await transformAll(runner, collections)
    const parallel = await createParallelRunner(specs, { workers: 2, setup: setup() })
    assert.deepEqual(await transformAll(parallel, collections), all)
    assert.deepEqual(danglingEnds(all), [])
    const people = originals(collections, { customer: ['_key', 'Name', 'Ssn'], account: ['_key'] })
    assert.deepEqual(found(people, all, false), [])
  })

  it('gives threads one seed when none is set', async () => {
    const definition = { '*': { type: 'masked', maskings: [{ path: 'v', type: 'randomString' }] } }
    await writeFile(place.at('all.json'), JSON.stringify(definition))
    const bare = { cwd: place.at('.'), environment: {} }
    const results = await Promise.all(
      [0, 1].map(async () => {
        const parallel = await createParallelRunner(['mask:all.json'], { workers: 2, setup: bare })
        const lines = Array.from({ length: 400 }, (_, index) => `{"_key":"k${index}","v":"same"}`)
        const { chunks } = await parallel.transform(chunkOf(lines), readCollections()[0]?.info)
        await parallel.close()
        const values = linesOf(chunks).map((line) => (JSON.parse(line) as JsonObject)['v'])
        return [values.length, ...new Set(values)]
      }),
    )
    for (const [count, ...values] of results) {
      assert.equal(count, 400)
      assert.equal(values.length, 1)
    }
    assert.notDeepEqual(results[0], results[1])
  })
})
