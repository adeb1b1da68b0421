import assert from 'node:assert/strict'
import type { Snapshot, TargetCopy, TargetRepair } from '../../../lib/replica/index.js'
import { openStoreTarget } from '../../../lib/store/index.js'
import type { Tables } from '../../../lib/store/layout.js'
import { parseExactJson } from '../../../lib/streams/index.js'
import { parseCollectionDefinition, type CollectionDefinition } from '../../../lib/wire/index.js'
import { collectAll } from '../../support/streams.js'
import { documents } from './documents.js'
import { readMarkers } from './markers.js'
import { useStore } from './use-store.js'

const ORIGIN = { address: 'http://leader:8529', serverId: '7', tick: undefined }
const INDEXES = `[{"id":"7","type":"persistent","fields":["a"],"unique":true},
  {"id":"9","type":"geo","fields":["b"],"geoJson":false}]`

/** What is said of a collection. */
export interface Given {
  readonly name?: string
  readonly guid?: string
  readonly type?: 2 | 3
  /** More attributes of the parameters, as JSON text with a comma before each. */
  readonly more?: string
  readonly indexes?: string
}

/** Makes the definition of a collection `n` with two indexes, unless said otherwise. */
export function definitionOf({
  name = 'n',
  guid = 'h1/1',
  type = 2,
  more = '',
  indexes = INDEXES,
}: Given = {}): CollectionDefinition {
  const own = `"name":"${name}","type":${type},"globallyUniqueId":"${guid}","id":"5","cid":"5"`
  const text = `{"parameters":{${own}${more}},"indexes":${indexes}}`
  return parseCollectionDefinition(parseExactJson(text), 'a definition')
}

/** Makes the collection of a definition with five documents, and opens it for repair. */
export async function openFilled(copy: TargetCopy, given: Given = {}): Promise<TargetRepair> {
  const definition = definitionOf(given)
  const made = await copy.replaceCollection(definition)
  await made.write(documents(5))
  await made.createIndexes(definition.indexes)
  return openRepair(copy, given)
}

/** Opens a collection that is there for repair. */
export async function openRepair(copy: TargetCopy, given: Given = {}): Promise<TargetRepair> {
  const repair = await copy.openCollection(definitionOf(given))
  assert.ok(repair !== undefined)
  return repair
}

/** Looks at a collection in a snapshot of the target. */
export async function look<Result>(
  copy: TargetCopy,
  at: (snapshot: Snapshot, definition: CollectionDefinition) => Promise<Result>,
  name = 'n',
): Promise<Result> {
  const snapshot = await copy.openSnapshot()
  try {
    const { collections } = await snapshot.inventory()
    const found = collections.find(({ definition }) => definition.name === name)
    assert.ok(found !== undefined)
    return await at(snapshot, found.definition)
  } finally {
    await snapshot.close()
  }
}

/** Keys of a collection's documents in the order of their revisions. */
export function keysOf(copy: TargetCopy, name?: string): Promise<string[]> {
  return look(
    copy,
    async (snapshot, definition) => {
      const dumped = await collectAll(snapshot.dump(definition))
      return dumped.flatMap(({ chunk }) => [...chunk.entries()].map(({ key }) => key))
    },
    name,
  )
}

/** A store as the target of copies. */
export interface TestTarget {
  /** Opens it; gives the types of the markers that came after the first call of `mark`. */
  readonly withCopy: (
    use: (copy: TargetCopy, mark: () => Promise<void>) => Promise<void>,
  ) => Promise<number[]>
  /** Looks into the tables behind the store's back. */
  readonly withTables: <Result>(look: (tables: Tables) => Result) => Promise<Result>
}

/** Gives every test of the suite a target of its own. */
export function useTarget(): TestTarget {
  const { path, withTables } = useStore()
  return {
    withTables,
    async withCopy(use) {
      const target = await openStoreTarget(path(), '_system')
      let before: number | undefined
      try {
        await use(await target.beginCopy(ORIGIN), async () => {
          before ??= (await withTables(readMarkers)).length
        })
      } finally {
        await target.close()
      }
      const markers = await withTables(readMarkers)
      return markers.slice(before).map(({ type }) => type)
    },
  }
}
