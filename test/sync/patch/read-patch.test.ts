import assert from 'node:assert/strict'
import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { readPatch } from '../../../lib/sync/index.js'
import { collectAll, linesOf } from '../../support/streams.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { differ, PATCH_ID, SIDES, writeLines, writePatch } from './patch-support.js'

describe('readPatch()', () => {
  const { at } = useTemporaryDirectory()

  async function assertRefuses(reason: RegExp): Promise<void> {
    await assert.rejects(readPatch(at('patch')), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'ERR_PATCH_FILE')
      assert.ok(error.message.startsWith(`Cannot read patch "${at('patch')}": `))
      assert.match(error.message, reason)
      return true
    })
  }

  it('reads the first line, then the others as often as they are asked for', async () => {
    await writeLines(at('patch'), ['{"type":2001,"cname":"a"}', '{"type":2001,"cname":"b"}'])
    const patch = await readPatch(at('patch'))
    try {
      const { id, makes, equalTo, totals } = patch.header
      assert.deepEqual([id, makes, equalTo], [PATCH_ID, SIDES.b, SIDES.a])
      assert.deepEqual([totals.dropped, totals.bytes], [2, 52])
      for (let time = 0; time < 2; time += 1) {
        const chunks = await collectAll(patch.chunks())
        assert.deepEqual(linesOf(chunks), [
          '{"type":2001,"cname":"a"}\n',
          '{"type":2001,"cname":"b"}\n',
        ])
        assert.equal(chunks[0]?.lineNumber(0), 2)
        assert.equal(chunks[0].source, at('patch'))
      }
    } finally {
      await patch.close()
    }
  })

  it('reads many chunks, and goes on with the file that it opened', async () => {
    const documents = Array.from(
      { length: 5000 },
      (_, index) => `{"_key":"${index}","text":"${'x'.repeat(900)}"}`,
    )
    await writePatch(
      at('patch'),
      documents.map((text, index) => differ.onlyInA('c', String(index), text)),
    )
    const patch = await readPatch(at('patch'))
    await rm(at('patch'))
    await writeFile(at('patch'), 'something else')
    try {
      const chunks = await collectAll(patch.chunks())
      assert.ok(chunks.length > 3)
      assert.deepEqual(
        linesOf(chunks),
        documents.map((text) => `{"type":2300,"cname":"c","data":${text}}\n`),
      )
      assert.equal(chunks.at(-1)?.lineNumber((chunks.at(-1)?.lineCount ?? 0) - 1), 5001)
    } finally {
      await patch.close()
    }
  })

  it('has no lines where nothing differs', async () => {
    await writePatch(at('patch'), [])
    const patch = await readPatch(at('patch'))
    assert.deepEqual(await collectAll(patch.chunks()), [])
    await patch.close()
  })

  it('refuses a patch that was cut, wherever', async () => {
    await writeLines(at('patch'), ['{"type":2001,"cname":"a"}'])
    const whole = await readFile(at('patch'))
    for (let bytes = whole.length - 1; bytes >= 0; bytes -= 1) {
      await truncate(at('patch'), bytes)
      await assertRefuses(/its first line is cut|its first line tells of \d+$/)
    }
  })

  it('refuses a patch that something was added to', async () => {
    await writeLines(at('patch'), [])
    await appendFile(at('patch'), '{"type":2001,"cname":"a"}\n')
    await assertRefuses(/: it has \d+ bytes, and its first line tells of \d+$/)
  })

  it('refuses other files', async () => {
    await writeFile(at('patch'), '{"_key":"a"}\n{"_key":"b"}\n')
    await assertRefuses(/: it is not a patch$/)
    await writeFile(at('patch'), 'x'.repeat(100_000))
    await assertRefuses(/: it is not a patch, or its first line is cut$/)
    await rm(at('patch'))
    await assertRefuses(/: it does not exist$/)
    await assert.rejects(readPatch(at('.')), { code: 'ERR_PATCH_FILE' })
  })

  it('ends when the signal is aborted', async () => {
    await writeLines(at('patch'), ['{"type":2001,"cname":"a"}'])
    const patch = await readPatch(at('patch'))
    const stop = new Error('stop')
    await assert.rejects(collectAll(patch.chunks(AbortSignal.abort(stop))), stop)
    await patch.close()
  })
})
