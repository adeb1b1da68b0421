import assert from 'node:assert/strict'
import { lastValueFrom, toArray } from 'rxjs'
import { checksumChunk } from '../../lib/merkle/index.js'
import { checksumSource, sumUpSource, UnknownCollectionError } from '../../lib/sync/index.js'
import { DumpLineError } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { createScriptedSource, documentLines } from '../support/scripted-source.js'

const LINES = documentLines(['1', '2', '3', '4'])

describe('checksumSource()', () => {
  const source = createScriptedSource([
    { name: 'a', chunks: LINES.map((line) => [line]) },
    { name: 'b', chunks: [] },
  ])

  it('tells what it is at, then the checksum', async () => {
    const events = await lastValueFrom(checksumSource(source, { workers: 0 }).pipe(toArray()))
    const told = events.map(({ kind, collection }) => `${kind} ${collection}`)
    const parts = told.filter((one) => one === 'progress a').length
    assert.deepEqual(told, [
      'collection-started a',
      ...Array.from({ length: parts }, () => 'progress a'),
      'checksum a',
      'collection-started b',
      'checksum b',
    ])
    assert.ok(parts > 0)
    assert.equal(source.log.at(-1), 'close snapshot')
  })

  it('gives the same with threads and without', async () => {
    const expected = checksumChunk(chunkOf(LINES))
    for (const workers of [0, 1, 2]) {
      const [sum] = await sumUpSource(source, { workers })
      assert.deepEqual(sum, { kind: 'checksum', collection: 'a', ...expected })
    }
  })

  it('names the bad line, with threads and without', async () => {
    const damaged = createScriptedSource([{ name: 'a', chunks: [[...LINES, '{"_key":']] }])
    for (const workers of [0, 1]) {
      await assert.rejects(sumUpSource(damaged, { workers }), (error: unknown) => {
        assert.ok(error instanceof DumpLineError)
        assert.deepEqual([error.lineNumber, error.source], [5, 'scripted a'])
        return true
      })
    }
    assert.equal(damaged.log.at(-1), 'close snapshot')
  })

  it('ends when the signal is aborted', async () => {
    const controller = new AbortController()
    const abort = (): Promise<void> => {
      controller.abort(new Error('enough'))
      return Promise.resolve()
    }
    const long = createScriptedSource([{ name: 'a', chunks: [LINES, abort, LINES] }])
    await assert.rejects(sumUpSource(long, { signal: controller.signal }), { message: 'enough' })
    assert.equal(long.log.at(-1), 'close snapshot')
  })

  it('refuses a name that does not exist', async () => {
    await assert.rejects(sumUpSource(source, { collections: ['c'] }), UnknownCollectionError)
  })
})
