import { chunkLines } from '../../streams/index.js'
import { createHybridClock, encodeRevision } from '../../values/index.js'
import {
  buildTreeOfDump,
  type DumpedChunk,
  type Snapshot,
  type SnapshotCollection,
  type Source,
} from '../../replica/index.js'
import {
  DOCUMENT_COLLECTION,
  EDGE_COLLECTION,
  parseCollectionDefinition,
  type CollectionDefinition,
} from '../../wire/index.js'
import { BANK, randomFor, type SampleCollection } from './bank-data.js'

const BLOCK_LINES = 500
/** When the sample was written, as its revisions tell. */
const WRITTEN_MS = Date.UTC(2025, 5, 1)

/** A source that makes the sample database up while it is read; the same in every run. */
export function createBankSource(): Source {
  return {
    address: 'the sample bank',
    database: 'bank',
    onNotice: () => undefined,
    openSnapshot: () => Promise.resolve(createSnapshot()),
    close: () => Promise.resolve(),
  }
}

function createSnapshot(): Snapshot {
  return {
    tick: undefined,
    serverId: undefined,
    inventory: () =>
      Promise.resolve({
        collections: BANK.map(toSnapshotCollection),
        views: [],
        properties: undefined,
        isCopyUnfinished: false,
      }),
    dump: ({ name }) => dump(name),
    tree: (definition, options) =>
      buildTreeOfDump(definition, options, () => dump(definition.name)),
    close: () => Promise.resolve(),
  }
}

function toSnapshotCollection(sample: SampleCollection): SnapshotCollection {
  const size = { documents: sample.count, bytes: undefined }
  return { definition: toDefinition(sample), size, hasReplacedRevisions: false }
}

function toDefinition({ name, isEdge, indexes }: SampleCollection): CollectionDefinition {
  return parseCollectionDefinition(
    {
      parameters: { name, type: isEdge ? EDGE_COLLECTION : DOCUMENT_COLLECTION },
      indexes: indexes.map((index, number) => ({
        id: `${number + 1}`,
        type: 'persistent',
        name: `by_${index.fields.join('_').replaceAll('.', '_')}`,
        fields: index.fields,
        unique: index.unique,
        sparse: false,
      })),
    },
    `collection ${name}`,
  )
}

async function* dump(name: string): AsyncGenerator<DumpedChunk> {
  const sample = BANK.find((one) => one.name === name)
  if (sample === undefined) return
  for await (const chunk of chunkLines(makeLines(sample))) {
    yield { chunk, readBytes: chunk.buffer.length }
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- chunkLines reads async iterables
async function* makeLines(sample: SampleCollection): AsyncGenerator<Buffer> {
  const random = randomFor(sample)
  const clock = createHybridClock(0n, () => WRITTEN_MS)
  let lines: string[] = []
  for (let index = 0; index < sample.count; index += 1) {
    const _key = `${index}`
    const _rev = encodeRevision(clock.next())
    const document = { _key, _id: `${sample.name}/${_key}`, _rev, ...sample.make(index, random) }
    lines.push(JSON.stringify(document))
    if (lines.length < BLOCK_LINES && index + 1 < sample.count) continue
    yield Buffer.from(`${lines.join('\n')}\n`)
    lines = []
  }
}
