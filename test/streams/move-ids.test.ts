import assert from 'node:assert/strict'
import { EntryChunk, gatherLines, moveIds } from '../../lib/streams/index.js'
import { DumpLineError } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'

const moved = (name: string, ...lines: readonly string[]): string =>
  moveIds(chunkOf(lines), name).buffer.toString()

describe('moveIds()', () => {
  it('changes the _id alone, whatever the form of the line', () => {
    const rows: readonly (readonly [string, string])[] = [
      [
        '{"_key":"k","_id":"a/k","n":1.0, "_rev":"r"}',
        '{"_key":"k","_id":"b/k","n":1.0, "_rev":"r"}',
      ],
      [
        '{"type":2300,"data":{"_id":"a/k","_key":"k"}}',
        '{"type":2300,"data":{"_id":"b/k","_key":"k"}}',
      ],
      [
        '{"_key":"k","o":{"_id":"a/k"},"\\u005fid" : "a\\/k"}',
        '{"_key":"k","o":{"_id":"a/k"},"\\u005fid" : "b/k"}',
      ],
      ['{"_id":"x","_key":"k","_id":"a/k"}', '{"_id":"b/k","_key":"k","_id":"b/k"}'],
    ]
    for (const [line, expected] of rows) assert.equal(moved('b', line), `${expected}\n`)
  })

  it('writes names as JSON does', () => {
    assert.equal(moved('"\u00fc', '{"_key":"k","_id":"a/k"}'), '{"_key":"k","_id":"\\"\u00fc/k"}\n')
  })

  it('gives the chunk itself when nothing has to change', () => {
    const chunk = chunkOf([
      '{"_key":"k","_id":"b/k"}',
      '{"_key":"l"}',
      '{"_key":"m","_id":7}',
      '{"type":2302,"data":{"_key":"n"}}',
      '',
    ])
    const same = moveIds(chunk, 'b')
    assert.equal(same.buffer.toString(), chunk.buffer.toString())
    assert.equal(same.lineCount, 5)
  })

  it('keeps the numbers of lines, and ends each with a newline', () => {
    const chunk = moveIds(chunkOf(['{"_key":"k"}', '{"_key":"l","_id":"a/l"}']), 'b')
    assert.deepEqual(
      [...chunk.lines()].map(({ lineNumber }) => lineNumber),
      [1, 2],
    )
    assert.ok(chunk.buffer.toString().endsWith('"_id":"b/l"}\n'))
  })

  it('names a line that is no entry', () => {
    assert.throws(() => moved('b', '{"_key":"k"}', '{"x":1}'), DumpLineError)
  })
})

describe('gatherLines()', () => {
  it('joins what does not follow each other, each line with its number', () => {
    const one = moveIds(chunkOf(['{"_key":"1","_id":"a/1"}', '{"_key":"2"}']), 'b')
    const [first, second] = [chunkOf(['{"_key":"3"}']), chunkOf(['{"_key":"4"}', '{"_key":"5"}'])]
    const all = gatherLines([one, first, second])
    const keys = [...all.lines()].map(({ key, lineNumber }) => `${key} ${lineNumber}`)
    assert.deepEqual(keys, ['1 1', '2 2', '3 1', '4 1', '5 2'])
    assert.equal(gatherLines([first]), first)
  })

  it('gives the last line of a stream its newline', () => {
    const whole = chunkOf(['{"_key":"1"}', '{"_key":"2"}'])
    const buffer = whole.buffer.subarray(0, -1)
    const offsets = Uint32Array.from([...whole.offsets.slice(0, 2), buffer.length])
    const last = new EntryChunk({ ...whole.sliceParts(0, 2), buffer, offsets })
    const all = gatherLines([last, chunkOf(['{"_key":"3"}'])])
    assert.equal(all.buffer.toString(), '{"_key":"1"}\n{"_key":"2"}\n{"_key":"3"}\n')
    assert.deepEqual(
      [...all.lines()].map(({ key }) => key),
      ['1', '2', '3'],
    )
  })
})
