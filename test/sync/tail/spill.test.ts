import assert from 'node:assert/strict'
import { fstatSync, mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { Subject } from 'rxjs'
import { CHUNK_BYTES } from '../../../lib/core/index.js'
import { MarkerChunk } from '../../../lib/streams/index.js'
import { groupTransactions } from '../../../lib/sync/tail/group-transactions.js'
import { SpillError } from '../../../lib/sync/tail/spill-error.js'
import { SpillSpace } from '../../../lib/sync/tail/spill-space.js'
import type { TailChunk, TailGroup } from '../../../lib/sync/tail/tail-item.js'
import { chunkOf } from '../../support/chunk.js'
import { group, see, shapeOf } from '../../support/seen-groups.js'
import { line, tailChunkOf } from '../../support/tail-chunks.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

const DESCRIPTORS = '/proc/self/fd'
const canList = process.platform === 'linux'

/** Descriptors of files in a directory that this process has open, unlinked ones too. */
function openFilesIn(directory: string): number[] {
  return readdirSync(DESCRIPTORS)
    .map(Number)
    .filter((descriptor) => {
      try {
        return readlinkSync(`${DESCRIPTORS}/${descriptor}`).startsWith(`${directory}/`)
      } catch {
        return false
      }
    })
}

function markersOf(lines: readonly string[]): MarkerChunk {
  return new MarkerChunk(chunkOf(lines, 'f'))
}

function textOf(chunks: readonly MarkerChunk[]): string {
  return chunks.map(({ buffer }) => buffer.toString()).join('')
}

describe('SpillSpace', () => {
  const directory = useTemporaryDirectory()

  it('reads back the lines that it wrote, with their numbers', () => {
    const space = new SpillSpace(directory.at('.'))
    const first = markersOf(['a', 'bb', '', 'cä'])
    const [one, ...more] = space.write([first.slice(1, 4), markersOf(['d'])])
    const [other] = space.write([markersOf(['e'])])
    assert.deepEqual(more, [])
    const read = one?.read()
    assert.equal(read?.buffer.toString(), 'bb\n\ncä\nd\n')
    assert.deepEqual([...read.offsets], [0, 3, 4, 8, 10])
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => read.lineNumber(index)),
      [2, 3, 4, 1],
    )
    assert.deepEqual(read.place(0), { lineNumber: 2, byteOffset: undefined, source: 'f' })
    assert.equal(other?.read().buffer.toString(), 'e\n')
    space.close()
  })

  it('writes pieces of whole lines, and a longer line alone', () => {
    const space = new SpillSpace(directory.at('.'))
    const lines = [100_000, 100_000, 100_000, 400_000, 10].map((bytes) => 'x'.repeat(bytes))
    const pieces = space.write([markersOf(lines)]).map((piece) => piece.read())
    assert.deepEqual(
      pieces.map(({ lineCount }) => lineCount),
      [2, 1, 1, 1],
    )
    assert.ok(
      pieces.every(({ buffer, lineCount }) => lineCount === 1 || buffer.length <= CHUNK_BYTES),
    )
    assert.equal(textOf(pieces), `${lines.join('\n')}\n`)
    space.close()
  })

  it('reads what is left after it was closed, and no more once it was released', () => {
    const space = new SpillSpace(directory.at('.'))
    const [one] = space.write([markersOf(['a'])])
    const [other] = space.write([markersOf(['b'])])
    space.close()
    one?.release()
    one?.release()
    assert.equal(other?.read().buffer.toString(), 'b\n')
    assert.throws(() => one?.read(), TypeError)
    other.release()
    assert.throws(() => other.read(), TypeError)
  })

  it('begins another file beyond a limit', () => {
    const space = new SpillSpace(directory.at('.'), 20)
    const pieces = ['a', 'b', 'c'].flatMap((text) => space.write([markersOf([text.repeat(15)])]))
    assert.equal(
      textOf(pieces.map((piece) => piece.read())),
      `${'a'.repeat(15)}\n${'b'.repeat(15)}\n${'c'.repeat(15)}\n`,
    )
    if (canList) assert.equal(openFilesIn(directory.at('')).length, 3)
    for (const piece of pieces) piece.release()
    space.close()
    if (canList) assert.deepEqual(openFilesIn(directory.at('')), [])
  })

  it('gives up what it wrote of lines that do not fit as a whole', function () {
    if (!canList) this.skip()
    const path = directory.at('full')
    mkdirSync(path)
    const space = new SpillSpace(path, 1)
    const last = markersOf(['c'])
    // The second piece wants a file of its own, for which there is no place any more.
    Object.defineProperty(last, 'lineCount', {
      get: () => {
        rmSync(path, { recursive: true, force: true })
        return 1
      },
    })
    const long = ['a', 'b'].map((letter) => markersOf([letter.repeat(CHUNK_BYTES)]))
    assert.throws(() => space.write([...long, last]), { code: 'ERR_SPILL' })
    space.close()
    assert.deepEqual(openFilesIn(path), [])
  })

  it('says what is wrong with its directory', () => {
    const space = new SpillSpace(directory.at('gone'))
    assert.throws(() => space.write([markersOf(['secret'])]), {
      code: 'ERR_SPILL',
      message: `Cannot keep a transaction in a temporary file in "${directory.at('gone')}": it does not exist`,
    })
  })
})

describe('groupTransactions() beyond its bound of memory', () => {
  const directory = useTemporaryDirectory()
  const pieces = [
    [line.begin(1, 1), line.put(2, 'a', { id: 1 })],
    [line.put(3, 'b', { id: 1 })],
    [line.put(4, 'c', { id: 1 }), line.commit(5, 1)],
  ]

  /** A subject through the operator, with each group as `next` leaves it. */
  function start(next: (one: TailGroup) => void) {
    const chunk$ = new Subject<TailChunk>()
    const errors: unknown[] = []
    const subscription = chunk$
      .pipe(groupTransactions({ bytesMax: 1, directory: directory.at('.') }))
      .subscribe({ next, error: (error: unknown) => errors.push(error) })
    return { chunk$, subscription, errors }
  }

  function openFiles(): number[] {
    return openFilesIn(directory.at(''))
  }

  it('gives the same groups', async () => {
    const options = { bytesMax: 1, directory: directory.at('.') }
    const { groups } = await group(
      pieces.map((lines) => tailChunkOf(lines)),
      options,
    )
    assert.deepEqual(shapeOf(groups), [[1n, 2, 3, 4]])
    const whole = await group(pieces.map((lines) => tailChunkOf(lines)))
    assert.deepEqual(groups, whole.groups)
  })

  it('fails where no file can be made, and makes none where memory is enough', async () => {
    const chunks = pieces.map((lines) => tailChunkOf(lines))
    const options = { directory: directory.at('gone') }
    const { error } = await group(chunks, { ...options, bytesMax: 1 })
    assert.ok(error instanceof SpillError)
    assert.equal((await group(chunks, options)).error, undefined)
  })

  it('spills the largest', async () => {
    const more = `,"x":"${'x'.repeat(5000)}"`
    const open = [
      line.begin(1, 1),
      line.put(2, 'a', { id: 1 }),
      line.begin(3, 3),
      line.put(4, 'b', { id: 3, more }),
    ]
    const { groups, error } = await group(
      [open, [line.commit(5, 3), line.commit(6, 1)]].map((lines) => tailChunkOf(lines)),
      { bytesMax: 2000, directory: directory.at('.') },
    )
    assert.equal(error, undefined)
    assert.deepEqual(shapeOf(groups), [
      [3n, 4],
      [1n, 2],
    ])
  })

  if (!canList) return

  it('keeps one file that has no name and is its owner’s alone, until the group is let go', () => {
    const releases: (() => void)[] = []
    const seen: unknown[] = []
    const { chunk$ } = start((one) => {
      releases.push(one.hold())
      seen.push(one)
    })
    for (const lines of pieces) chunk$.next(tailChunkOf(lines))
    assert.deepEqual(readdirSync(directory.at('.')), [])
    const [descriptor = -1, ...others] = openFiles()
    assert.deepEqual(others, [])
    assert.equal(fstatSync(descriptor).mode & 0o777, 0o600)
    assert.ok(fstatSync(descriptor).size > 0)
    const [one] = seen as TailGroup[]
    assert.ok(one !== undefined)
    assert.deepEqual(shapeOf([see(one)]), [[1n, 2, 3, 4]])
    releases[0]?.()
    assert.equal(fstatSync(descriptor).size, 0)
    assert.throws(() => [...one.chunks()], TypeError)
    chunk$.complete()
    assert.deepEqual(openFiles(), [])
  })

  it('closes its file when the tail ends, fails, or nobody listens any more', () => {
    const endings: ((run: ReturnType<typeof start>) => void)[] = [
      ({ chunk$ }) => {
        chunk$.complete()
      },
      ({ chunk$ }) => {
        chunk$.error(new Error('gone'))
      },
      ({ chunk$ }) => {
        chunk$.next(tailChunkOf([line.commit(9, 9)]))
      },
      ({ subscription }) => {
        subscription.unsubscribe()
      },
    ]
    for (const end of endings) {
      const run = start(() => undefined)
      for (const lines of pieces.slice(0, 2)) run.chunk$.next(tailChunkOf(lines))
      assert.equal(openFiles().length, 1)
      end(run)
      assert.deepEqual(openFiles(), [])
    }
  })

  it('closes its file when nobody listens any more and who holds the group lets go', () => {
    const releases: (() => void)[] = []
    const { chunk$, subscription } = start((one) => releases.push(one.hold()))
    for (const lines of pieces) chunk$.next(tailChunkOf(lines))
    subscription.unsubscribe()
    assert.equal(openFiles().length, 1)
    releases[0]?.()
    assert.deepEqual(openFiles(), [])
  })
})
