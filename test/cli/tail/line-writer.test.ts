import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { ClosedOutputError, LineWriter } from '../../../lib/cli/tail/line-writer.js'

const NEVER = new AbortController().signal

/** A stream that takes a write only when it is told to. */
function createSlow(): { out: Writable; written: string[]; pass: () => void } {
  const written: string[] = []
  let pass = (): void => undefined
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      pass = () => {
        written.push(chunk.toString())
        done()
      }
    },
  })
  return {
    out,
    written,
    pass: () => {
      pass()
    },
  }
}

function createFailing(code: string): Writable {
  const out = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(`write ${code}`), { code }))
    },
  })
  out.on('error', () => undefined)
  return out
}

describe('LineWriter', () => {
  it('writes what was added, whatever the sizes of the pieces are', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.integer({ min: 0, max: 200_000 }).map((length) => Buffer.alloc(length, 'x')),
      fc.integer({ min: 20_000, max: 80_000 }).map((length) => 'ü'.repeat(length)),
    )
    const step = fc.record({ piece, isFlushed: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const out = new PassThrough({ highWaterMark: 64 * 1024 * 1024 })
        const said = text(out)
        const writer = new LineWriter(out, NEVER)
        for (const { piece: one, isFlushed } of steps) {
          writer.add(one)
          if (isFlushed) await writer.flush()
        }
        await writer.flush()
        out.end()
        assert.equal(await said, steps.map((one) => one.piece.toString()).join(''))
      }),
      { numRuns: 30 },
    )
  })

  it('copies what it is given', async () => {
    const out = new PassThrough()
    const writer = new LineWriter(out, NEVER)
    for (const bytes of [10, 100_000]) {
      const piece = Buffer.alloc(bytes, 'a')
      writer.add(piece)
      piece.fill('b')
    }
    const said = text(out)
    await writer.flush()
    out.end()
    assert.doesNotMatch(await said, /b/)
  })

  it('is full once there is enough for a write', async () => {
    const writer = new LineWriter(new PassThrough().resume(), NEVER)
    let count = 0
    while (!writer.isFull) {
      writer.add('0123456789')
      count += 1
    }
    assert.ok(count > 1000 && count < 10_000, `${count}`)
    await writer.flush()
    assert.equal(writer.isFull, false)
  })

  it('resolves a flush only once the stream has passed the lines on', async () => {
    const { out, written, pass } = createSlow()
    const writer = new LineWriter(out, NEVER)
    writer.add('line\n')
    let isFlushed = false
    const flushed = writer.flush().then(() => {
      isFlushed = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([isFlushed, written], [false, []])
    pass()
    await flushed
    assert.deepEqual(written, ['line\n'])
  })

  it('writes nothing for nothing', async () => {
    const { out } = createSlow()
    await new LineWriter(out, NEVER).flush()
    assert.equal(out.writableLength, 0)
  })

  it('ends with the reason of its signal where the stream is stuck', async () => {
    const controller = new AbortController()
    const writer = new LineWriter(createSlow().out, controller.signal)
    writer.add('line\n')
    const flushed = writer.flush()
    controller.abort(new Error('interrupted'))
    await assert.rejects(flushed, /^Error: interrupted$/)
    writer.add('more\n')
    await assert.rejects(writer.flush(), /^Error: interrupted$/)
  })

  it('tells a pipe that nobody reads from other failures', async () => {
    for (const code of ['EPIPE', 'ERR_STREAM_DESTROYED']) {
      const writer = new LineWriter(createFailing(code), NEVER)
      writer.add('line\n')
      await assert.rejects(writer.flush(), ClosedOutputError)
    }
    const writer = new LineWriter(createFailing('ENOSPC'), NEVER)
    writer.add('line\n')
    await assert.rejects(writer.flush(), /^Error: Cannot write to stdout: write ENOSPC$/)
  })
})
