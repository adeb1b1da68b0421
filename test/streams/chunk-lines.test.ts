import assert from 'node:assert/strict'
import { chunkLines, LineTooLongError } from '../../lib/streams/index.js'
import { asyncBlocks, collectAll, linesOf } from '../support/streams.js'

describe('chunkLines', () => {
  it('gives the lines of all blocks, the last one without its newline too', async () => {
    const blocks = ['on', 'e\ntwo\n', '', 'thr', 'ee'].map((text) => Buffer.from(text))
    const chunks = await collectAll(chunkLines(asyncBlocks(blocks), { source: 'f' }))
    assert.deepEqual(linesOf(chunks), ['one\n', 'two\n', 'three'])
    assert.deepEqual(chunks.at(-1)?.place(0), { lineNumber: 3, byteOffset: 8, source: 'f' })
  })

  it('gives nothing for an empty source', async () => {
    assert.deepEqual(await collectAll(chunkLines(asyncBlocks([]))), [])
  })

  it('asks for a block only when a chunk is wanted, and closes the source on early return', async () => {
    let given = 0
    let isClosed = false
    async function* source() {
      try {
        for (;;) {
          given += 1
          await Promise.resolve()
          yield Buffer.from('line\n')
        }
      } finally {
        isClosed = true
      }
    }
    const chunks = chunkLines(source())
    await chunks.next()
    await chunks.next()
    assert.equal(given, 2)
    await chunks.return(undefined)
    assert.equal(isClosed, true)
  })

  it('gives what came before the error of the source', async () => {
    const failure = new Error('gone')
    async function* source() {
      yield Buffer.from('a\nb')
      await Promise.reject(failure)
    }
    const chunks = chunkLines(source())
    assert.deepEqual(linesOf([(await chunks.next()).value]), ['a\n'])
    await assert.rejects(chunks.next(), failure)
  })

  it('closes the source when a line is too long', async () => {
    const source = asyncBlocks([Buffer.from('123456'), Buffer.from('\n')])
    await assert.rejects(collectAll(chunkLines(source, { lineBytesMax: 5 })), LineTooLongError)
    assert.deepEqual(await source.next(), { done: true, value: undefined })
  })

  it('refuses a wrong option at the call', () => {
    assert.throws(() => chunkLines(asyncBlocks([]), { chunkBytes: 0 }), RangeError)
  })
})
