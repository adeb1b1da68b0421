import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { createBarsView } from '../../lib/cli/progress/bars-view.js'
import { createLinesView } from '../../lib/cli/progress/lines-view.js'
import { paceOf } from '../../lib/cli/progress/pace.js'
import { createProgressView } from '../../lib/cli/progress/progress-view.js'
import { NO_TOTALS, type CollectionProgress, type SyncEvent } from '../../lib/sync/index.js'

const size = { documents: 100, bytes: undefined }
const totals = { ...NO_TOTALS, documents: 25, bytes: 5_000_000, readBytes: 5_000_000 }
const progress: CollectionProgress = { kind: 'progress', collection: 'users', size, totals }
const EVENTS: readonly SyncEvent[] = [
  {
    kind: 'started',
    source: 'dir:dump',
    target: 'store:s',
    tick: undefined,
    collections: [{ name: 'users', size }],
  },
  { kind: 'collection-started', collection: 'users', index: 0, size },
  progress,
  { kind: 'retry', message: 'once more' },
  { kind: 'collection-finished', collection: 'users', index: 0, totals, outcome: 'copied' },
  { kind: 'finished', tick: undefined, collections: [], views: 0, totals },
]

/** Two collections are under way. */
const BOTH: readonly SyncEvent[] = [
  {
    kind: 'started',
    source: 'dir:dump',
    target: 'store:s',
    tick: undefined,
    collections: ['a', 'b'].map((name) => ({ name, size })),
  },
  { kind: 'collection-started', collection: 'a', index: 0, size },
  { kind: 'collection-started', collection: 'b', index: 1, size },
]

describe('paceOf()', () => {
  it('goes by documents where their number is known', () => {
    const { part, secondsLeft, bytesPerSecond } = paceOf(progress, 5)
    assert.deepEqual(
      { part, secondsLeft, bytesPerSecond },
      { part: 0.25, secondsLeft: 15, bytesPerSecond: 1e6 },
    )
  })

  it('goes by bytes read else, and tells nothing where neither is known', () => {
    const byBytes = { ...progress, size: { documents: undefined, bytes: 10_000_000 } }
    assert.equal(paceOf(byBytes, 5).part, 0.5)
    const unknown = paceOf({ ...progress, size: { documents: undefined, bytes: undefined } }, 5)
    assert.deepEqual([unknown.part, unknown.secondsLeft], [undefined, undefined])
  })
})

describe('createLinesView()', () => {
  it('writes a line every two seconds and one at the end of a collection', () => {
    const out = new PassThrough()
    let nowMs = 0
    const view = createLinesView(out, () => (nowMs += 2500))
    for (const event of EVENTS) view.show(event)
    view.end()
    const lines = String(out.read()).trimEnd().split('\n')
    assert.equal(lines[0], 'copying 1 collection of dir:dump to store:s')
    assert.match(lines[1] ?? '', /^ {2}users: 25 documents \(25 %\), .*\/s, .* left$/)
    assert.equal(lines[2], 'retry: once more')
    assert.match(lines[3] ?? '', /^1\/1 users: 25 documents, 5\.0 MB, .*\/s$/)
    assert.equal(lines.length, 4)
  })

  it('keeps the time of each collection where several are under way', () => {
    const out = new PassThrough()
    let nowMs = 0
    const view = createLinesView(out, () => nowMs)
    const at = (ms: number, event: SyncEvent): void => {
      nowMs = ms
      view.show(event)
    }
    for (const event of BOTH.slice(0, 1)) view.show(event)
    at(0, { kind: 'collection-started', collection: 'a', index: 0, size })
    at(4000, { kind: 'collection-started', collection: 'b', index: 1, size })
    at(5000, { ...progress, collection: 'b' })
    at(5000, { ...progress, collection: 'a' })
    const ended = { kind: 'collection-finished', totals, outcome: 'copied' } as const
    at(9000, { ...ended, collection: 'b', index: 1 })
    at(10_000, { ...ended, collection: 'a', index: 0 })
    assert.deepEqual(String(out.read()).trimEnd().split('\n').slice(1), [
      '  a: 25 documents (25 %), 1.0 MB/s, 15 s left',
      '2/2 b: 25 documents, 5.0 MB, 1.0 MB/s',
      '1/2 a: 25 documents, 5.0 MB, 500.0 kB/s',
    ])
  })
})

describe('createBarsView()', () => {
  it('has a bar for each collection under way, and uses free ones again', () => {
    const out = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 30 })
    const view = createBarsView(out)
    const ended = { kind: 'collection-finished', totals, outcome: 'copied' } as const
    for (const event of BOTH) view.show(event)
    view.show({ ...ended, collection: 'a', index: 0 })
    view.show({ kind: 'collection-started', collection: 'c', index: 2, size })
    view.show({ ...progress, collection: 'b' })
    view.end()
    const text = String(out.read())
    // Two bars were on the screen at once at the end, of "b" and "c".
    const last = text.slice(text.lastIndexOf('1/2 a: '))
    assert.match(last, /b {23}.*25 documents/)
    assert.match(last, /c {23}/)
    assert.ok(!/\ba {23}/.test(last))
  })

  it('ends with a line for each collection and gives the cursor back', () => {
    const out = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 30 })
    const view = createBarsView(out)
    for (const event of EVENTS) view.show(event)
    view.end()
    const text = String(out.read())
    assert.match(text, /1\/1 users: 25 documents, 5\.0 MB/)
    assert.match(text, /retry: once more/)
    assert.ok(text.lastIndexOf('\u001b[?25h') > text.lastIndexOf('\u001b[?25l'))
  })
})

describe('createProgressView()', () => {
  const terminal = (): PassThrough =>
    Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 30 })

  function shown(stdout: PassThrough, stderr: PassThrough, isMixed?: boolean): string {
    const view = createProgressView({ stdout, stderr }, isMixed)
    for (const event of EVENTS) view.show(event)
    view.end()
    assert.equal(stdout.read(), null)
    return String(stderr.read())
  }

  it('shows bars on a terminal, and lines elsewhere', () => {
    assert.ok(shown(terminal(), terminal()).includes('\u001b['))
    assert.ok(!shown(terminal(), new PassThrough()).includes('\u001b['))
  })

  it('shows no bar that results on the same terminal would be written beside', () => {
    assert.ok(!shown(terminal(), terminal(), true).includes('\u001b['))
    assert.ok(shown(new PassThrough(), terminal(), true).includes('\u001b['))
  })
})
