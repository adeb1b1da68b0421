import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createItemCutter, type ItemCutter } from '../../../lib/server/import-items.js'
import type { ImportForm } from '../../../lib/server/import-options.js'

const BYTES_MAX = 1000

/** What a cutter makes of a body that comes in blocks, or why it is none. */
function cutAll(form: ImportForm, blocks: readonly Buffer[]): readonly string[] {
  const cutter = createItemCutter(form, BYTES_MAX)
  const items: string[] = []
  const take = (cut: Iterable<Buffer | undefined>): void => {
    for (const item of cut) items.push(item === undefined ? '' : item.toString().trim())
  }
  try {
    for (const block of blocks) take(cutter.cut(block))
    take(cutter.finish())
  } catch (error) {
    items.push((error as Error).message)
  }
  items.push(cutter.isArray ? 'array' : 'lines')
  return items
}

/** The bytes of a text in blocks that end at the offsets. */
function blocksOf(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text)
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length]
  ends.sort((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

const value = fc.json({ maxDepth: 2 })
const space = fc.constantFrom('', ' ', '\n', '\r\n\t ')
const cuts = fc.array(fc.nat(), { maxLength: 12 })
const lineBody = fc
  .array(fc.tuple(fc.oneof(value, space), fc.constantFrom('\n', '\r\n')))
  .map((lines) => lines.flat().join(''))
const arrayBody = fc
  .tuple(space, fc.array(fc.tuple(space, value, space)), space)
  .map(
    ([before, values, after]) => `${before}[${values.map((each) => each.join('')).join()}]${after}`,
  )
/** Bytes that an array is made of, in any order. */
const broken = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', '1', ' ') })

describe('createItemCutter()', () => {
  for (const [form, body] of [
    ['lines', lineBody],
    ['array', arrayBody],
    ['array', broken],
    ['auto', fc.oneof(lineBody, arrayBody, broken)],
    ['values', lineBody],
  ] as const) {
    it(`finds the same in ${form} wherever the bytes are cut`, () => {
      fc.assert(
        fc.property(body, cuts, (text, offsets) => {
          const whole = cutAll(form, [Buffer.from(text)])
          assert.deepEqual(cutAll(form, blocksOf(text, offsets)), whole)
        }),
        // White space in blocks of its own counts too where an error tells its place.
        { examples: [['\n[]\n0\n', [1]]] },
      )
    })
  }

  it('finds the values of an array as they stand there', () => {
    fc.assert(
      fc.property(fc.array(value), cuts, (values, offsets) => {
        const found = cutAll('array', blocksOf(`[${values.join()}]`, offsets))
        assert.deepEqual(found, [...values.map((each) => each.trim()), 'array'])
      }),
    )
  })

  it('takes every byte in a block of its own', () => {
    const text = ' [ {"a":"]\\"\\\\"} , [ [ ] , "," ] ,1] \n'
    const blocks = Array.from(Buffer.from(text), (byte) => Buffer.of(byte))
    const expected = ['{"a":"]\\"\\\\"}', '[ [ ] , "," ]', '1', 'array']
    assert.deepEqual(cutAll('auto', blocks), expected)
  })

  it('tells what it holds of an item that has not ended', () => {
    const held = (cutter: ItemCutter, text: string): number => {
      assert.deepEqual([...cutter.cut(Buffer.from(text))], [])
      return cutter.pendingBytes
    }
    assert.equal(held(createItemCutter('lines', BYTES_MAX), '{"a"'), 4)
    const array = createItemCutter('array', BYTES_MAX)
    assert.equal(held(array, '[{"a"'), 4)
    assert.equal(held(array, ':1'), 6)
    assert.deepEqual([...array.cut(Buffer.from('},'))].map(String), ['{"a":1}'])
    assert.equal(array.pendingBytes, 0)
    assert.equal(held(createItemCutter('auto', BYTES_MAX), ' '), 1)
    assert.equal(held(createItemCutter('auto', BYTES_MAX), '\n[1'), 1)
  })

  for (const [form, begin] of [
    ['lines', ''],
    ['array', '['],
    ['array', '[1,'],
    ['values', ''],
    ['auto', '\n'],
  ] as const) {
    it(`refuses an item of ${form} that is too long, wherever it is cut, behind "${begin}"`, () => {
      const end = form === 'array' ? ']' : '\n'
      const good = `${begin}${'1'.repeat(BYTES_MAX)}${end}`
      assert.doesNotMatch(cutAll(form, [Buffer.from(good)]).join(), /over/)
      fc.assert(
        fc.property(cuts, (offsets) => {
          const bad = `${begin}${'1'.repeat(BYTES_MAX + 1)}${end}`
          assert.match(cutAll(form, blocksOf(bad, offsets)).join(), /is over 1000 bytes/)
        }),
        { numRuns: 20 },
      )
    })
  }
})
