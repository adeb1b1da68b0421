import {
  buildTreeOfDump,
  type DumpedChunk,
  type Snapshot,
  type SnapshotInventory,
  type Source,
} from '../../lib/replica/index.js'
import { parseCollectionDefinition, type ViewDefinition } from '../../lib/wire/index.js'
import { chunkOf } from './chunk.js'

/** One collection of a {@link createScriptedSource}. */
export interface ScriptedCollection {
  readonly name: string
  readonly type?: 2 | 3
  /** Chunks of lines; a function is called in its place, to fail or to wait. */
  readonly chunks: readonly (readonly string[] | (() => Promise<void>))[]
  readonly indexes?: readonly object[]
}

/** A source that does what a test says; a stand-in for sources that misbehave. */
export interface ScriptedSource extends Source {
  /** What was called, in order. */
  readonly log: string[]
}

/** Makes a source of scripted collections and views. */
export function createScriptedSource(
  collections: readonly ScriptedCollection[],
  views: readonly ViewDefinition[] = [],
): ScriptedSource {
  const log: string[] = []
  const inventory: SnapshotInventory = {
    collections: collections.map(({ name, type = 2, indexes = [] }) => ({
      definition: parseCollectionDefinition(
        { parameters: { name, type, globallyUniqueId: `g/${name}` }, indexes },
        name,
      ),
      size: { documents: undefined, bytes: undefined },
      hasReplacedRevisions: false,
    })),
    views,
    properties: undefined,
    isCopyUnfinished: false,
  }
  const snapshot: Snapshot = {
    tick: undefined,
    serverId: '42',
    inventory: () => Promise.resolve(inventory),
    dump: ({ name }) =>
      dump(
        collections.find((one) => one.name === name),
        log,
      ),
    tree: (definition, options) =>
      buildTreeOfDump(definition, options, () => snapshot.dump(definition)),
    close: () => {
      log.push('close snapshot')
      return Promise.resolve()
    },
  }
  return {
    log,
    address: 'scripted:',
    database: 'scripted',
    onNotice: () => undefined,
    openSnapshot: () => {
      log.push('open snapshot')
      return Promise.resolve(snapshot)
    },
    close: () => Promise.resolve(),
  }
}

async function* dump(
  collection: ScriptedCollection | undefined,
  log: string[],
): AsyncGenerator<DumpedChunk> {
  for (const [index, step] of (collection?.chunks ?? []).entries()) {
    if (typeof step === 'function') {
      await step()
      continue
    }
    log.push(`${collection?.name ?? ''} ${index}`)
    const chunk = chunkOf(step, `scripted ${collection?.name ?? ''}`)
    yield { chunk, readBytes: chunk.buffer.length }
  }
}

/** Lines of documents with the given keys. */
export function documentLines(keys: readonly string[]): string[] {
  return keys.map(
    (key, index) => `{"_key":"${key}","_rev":"_kmX5mm6-A${'-ABCDEFGH'.charAt(index)}"}`,
  )
}
