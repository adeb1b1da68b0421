import assert from 'node:assert/strict'
import fc from 'fast-check'
import { CatalogReader } from '../../lib/store/catalog.js'
import type { LogChunk, LogRange } from '../../lib/store/index.js'
import { readLogChunk } from '../../lib/store/log-chunk.js'
import { LogNames } from '../../lib/store/log-names.js'
import { encodeWalRecord, MARKER_TYPE, type MarkerType } from '../../lib/store/wal-record.js'
import { tick, type Tick } from '../../lib/values/index.js'
import { ALL, linesOf, parse } from './support/log.js'
import { useWriter } from './support/use-writer.js'

/** `_graphs`, which every store has. */
const OBJECT = 3
const DATA = Buffer.from(`{"_key":"k","text":"${'x'.repeat(400)}"}`)

/** An operation, by the number of its transaction (0 for none), or a transaction's frame. */
type Step = number | `begin ${number}` | `commit ${number}`

type TestRange = Partial<Omit<LogRange, 'through'>> & { readonly through?: Tick }

interface WrittenLog {
  /** The tick before the first step. */
  readonly start: Tick
  /** The tick of each step. */
  readonly ticks: readonly Tick[]
  readonly read: (range?: TestRange) => Promise<LogChunk>
}

describe('transactions in StoreSnapshot.readLog()', () => {
  const openWriter = useWriter()

  async function write(steps: readonly Step[]): Promise<WrittenLog> {
    const { tables, writer } = await openWriter()
    const start = writer.flushedTick
    const ticks = await writer.write(({ clock }) =>
      steps.map((step) => {
        const at = tick(clock.next())
        tables.wal.putSync(at, encodeWalRecord({ ...recordOf(step), databaseId: 1 }))
        return at
      }),
    )
    const names = new LogNames(new CatalogReader(tables.meta).read(), tables.meta, {})
    const source = { wal: tables.wal, transaction: () => undefined }
    const through = ticks.at(-1) ?? start
    const read = (range: TestRange = {}): Promise<LogChunk> =>
      readLogChunk(source, names, { ...ALL, after: start, through, ...range })
    return { start, ticks, read }
  }

  it('frame their operations, which tell their number', async () => {
    const { read } = await write(['begin 7', 7, 7, 'commit 7', 0])
    const lines = linesOf(await read())
    assert.deepEqual(
      lines.map((line) => {
        const marker = parse(line)
        return [marker.kind, 'transactionId' in marker && marker.transactionId]
      }),
      [
        ['begin', 7n],
        ['document', 7n],
        ['document', 7n],
        ['commit', 7n],
        ['document', 0n],
      ],
    )
    assert.match(lines[0] ?? '', /^{"tick":"\d+","type":2200,"tid":"7","db":"_system"}\n$/)
  })

  it('are left to the next chunk where they do not fit behind others', async () => {
    const { read, ticks } = await write([0, 0, 'begin 7', 7, 7, 7, 'commit 7', 0])
    const transaction = linesOf(await read()).slice(2, 7)
    const chunkBytes = Buffer.byteLength(transaction.join(''))
    const chunk = await read({ chunkBytes })
    assert.deepEqual([chunk.count, chunk.lastIncluded, chunk.lastScanned], [2, ticks[1], ticks[1]])
    assert.equal(linesOf(chunk).length, 2)
    const next = await read({ after: chunk.lastIncluded, chunkBytes })
    assert.deepEqual(linesOf(next), transaction)
  })

  it('are cut where they are larger than a chunk, and go on where they were', async () => {
    const { read, ticks } = await write(['begin 7', 7, 7, 7, 7, 'commit 7', 0])
    const one = linesOf(await read()).at(-1)?.length ?? 0
    const first = await read({ chunkBytes: 2 * one })
    assert.equal(first.lastIncluded, ticks[2])
    const second = await read({ after: first.lastIncluded, chunkBytes: 2 * one })
    assert.equal(second.lastIncluded, ticks[4])
    const third = await read({ after: second.lastIncluded, chunkBytes: 2 * one })
    assert.equal(third.lastIncluded, ticks[6])
  })

  it('are cut where the range ends', async () => {
    const { read, ticks } = await write([0, 'begin 7', 7, 7, 'commit 7'])
    const through = ticks[2] as Tick
    const chunk = await read({ through })
    assert.deepEqual([chunk.count, chunk.lastIncluded, chunk.lastScanned], [3, through, through])
  })

  it('of nobody’s interest do not stop the scan', async () => {
    const { read, ticks } = await write([0, 'begin 7', 7, 7, 7, 7, 'commit 7', 0])
    const range = { collectionId: OBJECT + 1, databaseId: 2 }
    let after: Tick | undefined
    const seen: (Tick | undefined)[] = []
    while (after !== ticks.at(-1)) {
      const chunk: LogChunk = await read({ ...range, scanMax: 3, ...(after && { after }) })
      assert.equal(chunk.count, 0)
      after = chunk.lastScanned
      seen.push(after)
    }
    assert.deepEqual(seen, [ticks[2], ticks[5], ticks[7]])
  })

  it('begin and end for whoever wants one collection only', async () => {
    const { read } = await write(['begin 7', 7, 'commit 7'])
    const lines = linesOf(await read({ collectionId: OBJECT + 1, databaseId: 1 }))
    assert.deepEqual(
      lines.map((line) => parse(line).kind),
      ['begin', 'commit'],
    )
  })

  it('come whole or alone, and every line once, in chunks of any size', async () => {
    const steps: Step[] = []
    for (const [number, size] of [3, 0, 9, 1, 0, 0, 5].entries()) {
      const id = number + 1
      if (size === 0) steps.push(0, 0)
      else steps.push(`begin ${id}`, ...Array.from({ length: size }, () => id), `commit ${id}`)
    }
    const { read, ticks, start } = await write(steps)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9000 }), async (chunkBytes) => {
        const seen: Tick[] = []
        let after = start
        while (after !== ticks.at(-1)) {
          const chunk = await read({ after, chunkBytes })
          const markers = linesOf(chunk).map(parse)
          assert.ok(markers.length > 0)
          seen.push(...markers.map((marker) => marker.tick))
          const last = markers.at(-1)
          const isInside =
            last !== undefined &&
            'transactionId' in last &&
            last.transactionId !== 0n &&
            last.kind !== 'commit'
          const ids = markers.map((marker) => 'transactionId' in marker && marker.transactionId)
          // Only a transaction that begins its chunk may be cut.
          if (isInside) assert.equal(new Set(ids).size, 1)
          after = chunk.lastIncluded
        }
        assert.deepEqual(seen, ticks)
      }),
    )
  })
})

function recordOf(step: Step): {
  type: MarkerType
  objectId: number
  transactionId: Tick
  data: Buffer
} {
  if (typeof step === 'number') {
    const { document: type } = MARKER_TYPE
    return { type, objectId: OBJECT, transactionId: tick(BigInt(step)), data: DATA }
  }
  const [frame, id = ''] = step.split(' ')
  const type = frame === 'begin' ? MARKER_TYPE.begin : MARKER_TYPE.commit
  return { type, objectId: 0, transactionId: tick(BigInt(id)), data: Buffer.alloc(0) }
}
