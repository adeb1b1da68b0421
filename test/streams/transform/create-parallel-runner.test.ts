import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import {
  createParallelRunner,
  createTransformRunner,
  loadTransform,
  transformChunks,
  type DeadLetter,
  type ParallelOptions,
  type TransformRunner,
} from '../../../lib/streams/transform/index.js'
import { TransformError, type EntryChunk } from '../../../lib/streams/index.js'
import { chunkOf } from '../../support/chunk.js'
import { asyncBlocks, linesOf } from '../../support/streams.js'
import { infoOf, textsOf } from '../../support/transform-lines.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

const NOTE = 'x'.repeat(200)
/** A chunk of lines, which is enough for several slices when there are 500. */
function chunkFrom(first: number, count: number): EntryChunk {
  const numbers = Array.from({ length: count }, (_, index) => first + index)
  return chunkOf(
    numbers.map((n) => `{"_key":"k${n}","n":${n},"big":9007199254740993,"s":"${NOTE}"}`),
    'f',
  )
}

const DOUBLE = `export default {
  collection: ({ name }) => ({ name: name + '2' }),
  document(document, { route }) {
    if (document.n % 100 === 7) return undefined
    if (document.n % 100 === 8) return route('eights', document)
    if (document.n % 100 === 9) return document
    if (document.n % 100 === 10) return [document, { _key: 'moved' + document.n, m: document.big }]
    return { ...document, twice: document.n * 2 }
  },
}`
const AT_300 = (what: string): string =>
  `class OwnError extends Error { name = 'OwnError' }
   export default async (document) => { if (document.n === 300) { ${what} } return document }`

describe('createParallelRunner()', () => {
  const directory = useTemporaryDirectory()
  const open: TransformRunner[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((runner) => runner.close()))
  })

  async function runner(text: string, options: ParallelOptions = {}): Promise<TransformRunner> {
    await writeFile(directory.at('t.mjs'), text)
    const setup = { cwd: directory.at('.'), environment: { TIDEMARK_X: 'yes', OTHER: 'no' } }
    const made = await createParallelRunner(['./t.mjs'], { workers: 2, setup, ...options })
    open.push(made)
    return made
  }

  it('gives what one thread gives, in the same order, with the same counts', async () => {
    const parallel = await runner(DOUBLE)
    const setup = { cwd: directory.at('.'), environment: {} }
    const single = createTransformRunner([await loadTransform('./t.mjs', setup)])
    const info = infoOf('users')
    assert.deepEqual(parallel.plan(info), single.plan(info))
    assert.deepEqual([parallel.chunksInFlight, single.chunksInFlight], [4, 1])
    const chunks = [chunkFrom(0, 500), chunkFrom(500, 3), chunkFrom(503, 1), chunkFrom(504, 400)]
    const results = await Promise.all(chunks.map((chunk) => parallel.transform(chunk, info)))
    for (const [index, result] of results.entries()) {
      const expected = await single.transform(chunks[index] as EntryChunk, info)
      assert.deepEqual(textsOf(result), textsOf(expected))
      assert.deepEqual(
        result.chunks.map((chunk) => chunk.lineNumber(0) > 0 && chunk.source),
        result.chunks.map(() => 'f'),
      )
    }
    assert.deepEqual({ ...parallel.counts }, { ...single.counts })
    assert.ok(parallel.counts.harmed > 0 && parallel.counts.routed > 0)
  })

  it('does not trouble threads with chunks that stay or go as a whole', async () => {
    const parallel = await runner(
      `export default { document() { throw new Error('no') },
        collection: ({ name }) => name === 'gone' ? false : { data: name === 'kept' ? 'unchanged' : 'none' } }`,
    )
    const chunk = chunkFrom(0, 10)
    assert.deepEqual((await parallel.transform(chunk, infoOf('kept'))).chunks, [chunk])
    assert.deepEqual((await parallel.transform(chunk, infoOf('empty'))).chunks, [])
    assert.deepEqual((await parallel.transform(chunk, infoOf('gone'))).chunks, [])
    const { unchanged, dropped } = parallel.counts
    assert.deepEqual([unchanged, dropped], [10, 20])
  })

  it('tells threads of collections that documents are sent to', async () => {
    await writeFile(
      directory.at('second.mjs'),
      'export default { collection: ({ name, parameters }) => ({ name: name + parameters.n }) }',
    )
    await writeFile(directory.at('t.mjs'), 'export default (d, { route }) => route("b", d)')
    const setup = { cwd: directory.at('.'), environment: {} }
    const specs = ['./t.mjs', './second.mjs']
    const made = await createParallelRunner(specs, { workers: 1, setup })
    open.push(made)
    made.plan({ ...infoOf('b'), parameters: { n: 5 } })
    const { routed } = await made.transform(chunkFrom(0, 2), infoOf('a'))
    assert.deepEqual([...routed.keys()], ['b5'])
    const later = await made.transform(chunkFrom(0, 2), infoOf('b'))
    assert.deepEqual([linesOf(later.chunks).length, later.routed.size], [2, 0])
  })

  it('keeps exact numbers, and hands over our own variables only', async () => {
    const parallel = await runner('export default (d) => ({ _key: d._key, m: d.big + 1n })', {
      numbers: 'exact',
    })
    const { lines } = textsOf(await parallel.transform(chunkFrom(1, 1), undefined))
    assert.deepEqual(lines, ['{"_key":"k1","m":9007199254740994}'])
  })

  it('brings errors as what they were', async () => {
    const parallel = await runner(AT_300(`throw new OwnError('about ' + document.n)`))
    const promise = parallel.transform(chunkFrom(0, 500), infoOf('users'))
    await assert.rejects(promise, (error: unknown) => {
      assert.ok(error instanceof TransformError)
      assert.match(error.message, /^Cannot transform document "k300" of collection "users" in dump/)
      assert.match(error.message, /line 301 of f .*: the transform "t.mjs" threw OwnError$/)
      const { key, collection, transform, lineNumber, source, cause } = error
      assert.deepEqual(
        [key, collection, transform, lineNumber, source],
        [...['k300', 'users', 't.mjs', 301, 'f']],
      )
      assert.ok(cause instanceof Error)
      assert.deepEqual([cause.name, cause.message], ['OwnError', 'about 300'])
      assert.match(cause.stack ?? '', /t\.mjs/)
      return true
    })
  })

  it('brings what is no Error, and lines that are no entries', async () => {
    const parallel = await runner(AT_300('throw "text"'))
    await assert.rejects(parallel.transform(chunkFrom(300, 1), undefined), (error: unknown) => {
      assert.ok(error instanceof TransformError && error.cause instanceof Error)
      assert.match(error.message, /threw string$/)
      assert.deepEqual([error.cause.name, error.cause.message], ['string', 'text'])
      return true
    })
    const bad = chunkOf(['{"_key":"a"}', '{"a":1}'], 'f')
    await assert.rejects(parallel.transform(bad, undefined), {
      ...{ code: 'ERR_DUMP_LINE', lineNumber: 2, source: 'f' },
    })
  })

  it('goes on after errors where it is told to, with letters in order', async () => {
    const letters: DeadLetter[] = []
    const onDeadLetter = async (letter: DeadLetter): Promise<void> => {
      await Promise.resolve()
      letters.push(letter)
    }
    const parallel = await runner(
      'export default (d) => { if (d.n % 50 === 0) throw new RangeError("no"); return d }',
      { onError: 'skip', onDeadLetter },
    )
    const chunks = [chunkFrom(0, 500), chunkFrom(500, 10), chunkFrom(510, 500)]
    const results = await Promise.all(chunks.map((chunk) => parallel.transform(chunk, undefined)))
    assert.deepEqual(
      letters.map(({ key }) => key),
      Array.from({ length: 21 }, (_, index) => `k${index * 50}`),
    )
    const { line, ...rest } = letters[1] as DeadLetter
    assert.equal(line.toString(), linesOf([chunkFrom(50, 1)])[0])
    assert.deepEqual(rest, {
      ...{ collection: undefined, key: 'k50', lineNumber: 51, source: 'f' },
      ...{ transform: 't.mjs', error: 'RangeError: no' },
    })
    assert.deepEqual([parallel.counts.failed, parallel.counts.unchanged], [21, 989])
    assert.equal(results.flatMap(({ chunks: some }) => linesOf(some)).length, 989)
  })

  for (const [title, what] of [
    ['ends the process', 'process.exit(3)'],
    [
      'throws outside of its function',
      'setImmediate(() => { throw new Error("late") }); await new Promise(() => {})',
    ],
  ] as const) {
    it(`says so when a transform ${title}`, async () => {
      const parallel = await runner(AT_300(what))
      const promise = parallel.transform(chunkFrom(300, 1), infoOf('users'))
      await assert.rejects(promise, {
        code: 'ERR_TRANSFORM_THREAD',
        message:
          'Cannot transform documents of collection "users" (lines 1 to 1 of f): a thread failed; ' +
          'a transform may have ended it, or thrown outside of its function',
      })
    })
  }

  it('ends at once when it is aborted', async () => {
    const stop = new AbortController()
    const parallel = await runner(AT_300('await new Promise(() => {})'), { signal: stop.signal })
    const reason = new Error('enough')
    const promise = parallel.transform(chunkFrom(300, 1), undefined)
    stop.abort(reason)
    await assert.rejects(promise, reason)
    await assert.rejects(parallel.transform(chunkFrom(0, 1), undefined), reason)
  })

  it('refuses what remembers documents, what cannot be loaded, and no threads', async () => {
    const stateful = 'export default { document: (d) => d, isStateful: true }'
    await assert.rejects(runner(stateful), {
      code: 'ERR_TRANSFORM_SETUP',
      message:
        'Cannot use the transform "t.mjs": it remembers what it saw, so it cannot run in several threads',
    })
    await assert.rejects(createParallelRunner(['./no-such.js']), { code: 'ERR_TRANSFORM_SETUP' })
    await assert.rejects(createParallelRunner([], { workers: 0 }), RangeError)
  })

  it('keeps few slices under way, however many chunks it gets', async () => {
    // Each document tells how many others are at work in its thread, or wait there.
    const parallel = await runner(
      `let busy = 0
       export default async (document) => {
         busy += 1
         await new Promise((resolve) => setImmediate(resolve))
         busy -= 1
         return { ...document, busy }
       }`,
      { workers: 1 },
    )
    const chunks = Array.from({ length: 12 }, (_, index) => chunkFrom(index, 1))
    const results = await Promise.all(chunks.map((chunk) => parallel.transform(chunk, undefined)))
    const lines = results.flatMap((result) => textsOf(result).lines)
    assert.equal(lines.length, 12)
    assert.ok(lines.every((line) => line.endsWith('"busy":0}')))
  })

  it('works with transformChunks(), which keeps its threads busy', async () => {
    const parallel = await runner(DOUBLE)
    const chunks = Array.from({ length: 10 }, (_, index) => chunkFrom(index * 20, 20))
    const keys: string[] = []
    for await (const { chunks: some } of transformChunks(
      asyncBlocks(chunks),
      parallel,
      undefined,
    )) {
      for (const line of linesOf(some)) keys.push((JSON.parse(line) as { _key: string })._key)
    }
    const numbers = keys.filter((key) => key.startsWith('k')).map((key) => Number(key.slice(1)))
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
    assert.equal(numbers.length, 200 - 4)
  })
})
