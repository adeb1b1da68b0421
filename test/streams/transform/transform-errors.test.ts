import assert from 'node:assert/strict'
import { TransformError } from '../../../lib/streams/index.js'
import {
  createTransformRunner,
  type DeadLetter,
  type DocumentTransform,
} from '../../../lib/streams/transform/index.js'
import { chunkOf } from '../../support/chunk.js'
import { infoOf, textsOf, transformLines } from '../../support/transform-lines.js'

const LINES = ['{"_key":"a","n":0}', '{"_key":"b","secret":"s3cret","n":1}', '{"_key":"c","n":2}']

/** A transform that does something else with the second document. */
function atSecond(what: (document: object) => unknown): DocumentTransform['document'] {
  return (document) => (document['n'] === 1 ? what(document) : document) as never
}

function fail(error: unknown): never {
  throw error
}

describe('createTransformRunner() names transform, collection and key of an error', () => {
  const circle: { inner?: unknown } = {}
  circle.inner = circle
  const rows: Record<string, [DocumentTransform['document'], RegExp]> = {
    'that a function throws': [
      atSecond(() => fail(new RangeError('of s3cret'))),
      /the transform "test" threw RangeError$/,
    ],
    'that is no Error': [atSecond(() => fail('text')), /threw string$/],
    'that a promise brings': [
      atSecond(() => Promise.reject(new SyntaxError('s3cret'))),
      /threw SyntaxError$/,
    ],
    'that a generator throws': [
      atSecond(function* (document) {
        yield document
        fail(new TypeError('s3cret'))
      }),
      /threw TypeError$/,
    ],
    'that an async generator throws': [
      atSecond(async function* (document) {
        yield await Promise.resolve(document)
        fail(new TypeError('s3cret'))
      }),
      /threw TypeError$/,
    ],
    'of a number for a result': [atSecond(() => 5), /gave a number, which is no document$/],
    'of a text for a result': [atSecond(() => 's3cret'), /gave a string, which is no document$/],
    'of a function for a result': [atSecond(() => fail), /gave a function, which is no/],
    'of a list in a list': [atSecond(() => [[{ _key: 'x' }]]), /gave a list among others/],
    'of null in a list': [atSecond(() => [null]), /gave null among others|gave a null among/],
    'of a document without key': [atSecond(() => ({})), /without a text "_key"$/],
    'of an empty key': [atSecond(() => ({ _key: '' })), /without a text "_key"$/],
    'of a bigint': [atSecond(() => ({ _key: 'x', n: 1n })), /gave what has no JSON form$/],
    'of a circle': [atSecond(() => ({ _key: 'x', circle })), /gave what has no JSON form$/],
    'of a circle made in place': [
      atSecond((document) => Object.assign(document, { circle })),
      /gave what has no JSON form$/,
    ],
    'of an object that is a text as JSON': [
      atSecond(() => ({ _key: 'x', toJSON: () => 'text' })),
      /gave what is no object as JSON$/,
    ],
    'of a class that is a text as JSON': [
      atSecond(() => Object.assign(new Date(0), { _key: 'x' })),
      /without a text "_key"$/,
    ],
  }
  for (const [title, [document, reason]] of Object.entries(rows)) {
    it(title, async () => {
      const promise = transformLines(LINES, document, {}, infoOf('users'))
      await assert.rejects(promise, (error: unknown) => {
        assert.ok(error instanceof TransformError)
        assert.match(error.message, reason)
        assert.match(
          error.message,
          /^Cannot transform document "b" of collection "users" in dump line 2 of f \(from byte 19\): /,
        )
        assert.ok(!error.message.includes('s3cret'))
        const { code, transform, collection, key, lineNumber, source } = error
        assert.deepEqual(
          { code, transform, collection, key, lineNumber, source },
          {
            ...{ code: 'ERR_TRANSFORM', transform: 'test', collection: 'users', key: 'b' },
            ...{ lineNumber: 2, source: 'f' },
          },
        )
        return true
      })
    })
  }

  it('with the key as it came, and the transform that failed', async () => {
    const first: DocumentTransform = {
      name: 'first',
      document: (document) => {
        document['_key'] = 'renamed'
        return [document]
      },
    }
    const second: DocumentTransform = { document: () => fail(new Error('no')) }
    await assert.rejects(transformLines(LINES, [first, second]), {
      message:
        'Cannot transform document "a" in dump line 1 of f (from byte 0): the transform "document()" threw Error',
      cause: new Error('no'),
    })
  })

  it('of a line() too, and of a route to nowhere', async () => {
    const byLine = { name: 'l', line: () => fail(new Error('no')), document: () => undefined }
    await assert.rejects(transformLines(LINES, [byLine]), { key: 'a', transform: 'l' })
    const nowhere: DocumentTransform['document'] = (d, { route }) => route('', d)
    await assert.rejects(transformLines(LINES, nowhere), /"test" threw TypeError$/)
    const nothing: DocumentTransform['document'] = (_, { route }) => route('x', [] as never)
    await assert.rejects(transformLines(LINES, nothing), /"test" routed what is no document$/)
  })

  it('but not of lines that are no entries', async () => {
    for (const line of ['{"a":1}', 'null', '{"_key":"a"', '{"type":2303,"data":{"_key":"a"}}']) {
      const promise = transformLines([line], (d) => d, { onError: 'skip' })
      await assert.rejects(promise, { code: 'ERR_DUMP_LINE', lineNumber: 1 }, line)
    }
    const buffer = Buffer.from('{"_key":"a","s":"\xff"}\n', 'latin1')
    const chunk = chunkOf(['{"_key":"a","s":"?"}'])
    buffer.copy(chunk.buffer)
    const runner = createTransformRunner([{ document: (document) => document }])
    await assert.rejects(runner.transform(chunk, undefined), /it is not UTF-8$/)
  })
})

describe('createTransformRunner() goes on after errors where it is told to', () => {
  it('and counts, and tells of the lines that are left out, in order', async () => {
    const letters: DeadLetter[] = []
    const seen: string[] = []
    const onDeadLetter = async (letter: DeadLetter): Promise<void> => {
      await Promise.resolve()
      letters.push(letter)
      seen.push(`letter ${String(letter.key)}`)
    }
    const document: DocumentTransform['document'] = async function* (found) {
      seen.push(String(found['_key']))
      yield await Promise.resolve({ ...found, first: true })
      if (found['n'] !== 2) fail(new RangeError('no'))
    }
    const options = { onError: 'skip', onDeadLetter } as const
    const { lines, counts } = await transformLines(LINES, document, options, infoOf('users'))
    // Nothing of a document that failed comes out, not even what it gave before.
    assert.deepEqual(lines, ['{"_key":"c","n":2,"first":true}'])
    assert.deepEqual(seen, ['a', 'letter a', 'b', 'letter b', 'c'])
    assert.deepEqual([counts.documents, counts.failed, counts.changed], [3, 2, 1])
    const { line, ...rest } = letters[1] as DeadLetter
    assert.equal(line.toString(), `${LINES[1] as string}\n`)
    assert.deepEqual(rest, {
      ...{ collection: 'users', key: 'b', lineNumber: 2, source: 'f' },
      ...{ transform: 'test', error: 'RangeError: no' },
    })
  })

  it('also after results that are no documents, and what a later transform refuses', async () => {
    const letters: DeadLetter[] = []
    const options = {
      onError: 'skip',
      onDeadLetter: (l: DeadLetter) => void letters.push(l),
    } as const
    const { lines } = await transformLines(
      LINES,
      atSecond(() => 5),
      options,
    )
    assert.deepEqual(lines, [LINES[0], LINES[2]])
    assert.match(letters[0]?.error ?? '', /^the transform "test" gave a number/)
    const runner = createTransformRunner(
      [{ document: (d) => [d, d] }, { document: atSecond(() => fail(new Error('no'))) as never }],
      { onError: 'skip' },
    )
    const texts = textsOf(await runner.transform(chunkOf(LINES), undefined))
    assert.deepEqual(texts.lines, [LINES[0], LINES[0], LINES[2], LINES[2]])
  })

  it('unless the letter cannot be written', async () => {
    const onDeadLetter = (): Promise<void> => Promise.reject(new Error('disk full'))
    const promise = transformLines(
      LINES,
      atSecond(() => 5),
      { onError: 'skip', onDeadLetter },
    )
    await assert.rejects(promise, /disk full/)
  })

  it('closes what a transform gives documents from', async () => {
    let closed = 0
    const source = function* (document: object): Generator<never> {
      try {
        yield document as never
        yield document as never
      } finally {
        closed += 1
      }
    }
    const options = { onError: 'skip' } as const
    const bad: DocumentTransform = { document: () => fail(new Error('no')) }
    await transformLines(LINES, [{ document: source }, bad], options)
    assert.equal(closed, 3)
    const late: DocumentTransform = { document: () => Promise.reject(new Error('no')) }
    await transformLines(LINES, [{ document: source }, late], options)
    assert.equal(closed, 6)
  })
})
