import assert from 'node:assert/strict'
import { openScratch } from '../../../lib/store/index.js'
import { EntryChunk } from '../../../lib/streams/index.js'
import { putAside } from '../../../lib/sync/subset/collection-lines.js'
import { collectAll } from '../../support/streams.js'
import { createScriptedSource } from '../../support/scripted-source.js'

describe('putAside()', () => {
  it('keeps lines apart where an answer of a server has no newline at its end', async () => {
    const lines = ['{"_key":"a"}', '{"_key":"b"}']
    const snapshot = await createScriptedSource([{ name: 'c', chunks: [] }]).openSnapshot()
    const chunks = lines.map((line) => {
      const buffer = Buffer.from(line)
      const offsets = Uint32Array.of(0, buffer.length)
      return new EntryChunk({ buffer, offsets, firstLineNumber: 1, byteOffset: 0 })
    })
    snapshot.dump = async function* () {
      for (const chunk of chunks) yield await Promise.resolve({ chunk, readBytes: 0 })
    }
    const [only] = (await snapshot.inventory()).collections
    assert.ok(only !== undefined)
    const scratch = await openScratch()
    try {
      const aside = putAside(snapshot, scratch)
      await aside.prepare(only.definition, {})
      const read = await collectAll(aside.read(only.definition, {}))
      const keys = read.flatMap(({ chunk }) => [...chunk.entries()].map(({ key }) => key))
      assert.deepEqual(keys, ['a', 'b'])
    } finally {
      await scratch.close()
      await snapshot.close()
    }
  })
})
