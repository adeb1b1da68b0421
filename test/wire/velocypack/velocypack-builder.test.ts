import assert from 'node:assert/strict'
import fc from 'fast-check'
import { VelocyPackBuilder } from '../../../lib/wire/index.js'
import { VelocyPackWriter } from '../../../lib/wire/velocypack/velocypack-writer.js'
import { toHex } from './hex.js'

/** Adds a value of JSON, as the writer adds its text. */
function add(builder: VelocyPackBuilder, value: unknown): void {
  if (Array.isArray(value)) {
    builder.open()
    for (const item of value as unknown[]) {
      builder.beginItem()
      add(builder, item)
    }
    builder.closeArray()
  } else if (typeof value === 'object' && value !== null) {
    builder.open()
    for (const [name, item] of Object.entries(value)) {
      builder.beginItem()
      builder.addString(name)
      add(builder, item)
    }
    builder.closeObject()
  } else if (typeof value === 'string') builder.addString(value)
  else if (typeof value === 'number') addNumber(builder, value)
  else builder.addWord(value as boolean | null)
}

function addNumber(builder: VelocyPackBuilder, value: number): void {
  if (Number.isSafeInteger(value)) builder.addInteger(value)
  else builder.addDouble(value)
}

describe('VelocyPackBuilder', () => {
  it('builds what the writer makes of JSON text', () => {
    const builder = new VelocyPackBuilder()
    const writer = new VelocyPackWriter()
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        builder.clear()
        add(builder, value)
        const text = JSON.stringify(value)
        // Whole doubles of so many digits are integers for the writer.
        if (/\d{16}/.test(text)) return
        assert.equal(toHex(builder.built()), toHex(writer.write(Buffer.from(text))))
      }),
    )
  })

  it('adds whole numbers as numbers or as bigints', () => {
    const builder = new VelocyPackBuilder()
    for (const value of [0, 9, 10, -6, -7, 2 ** 40, -(2 ** 47), -(2 ** 47) - 1, -(2 ** 53) + 1]) {
      builder.clear()
      builder.addInteger(value)
      const expected = toHex(builder.built())
      builder.clear()
      builder.addInteger(BigInt(value))
      assert.equal(toHex(builder.built()), expected)
    }
  })

  it('puts values one after the other, and tells how many bytes there are', () => {
    const builder = new VelocyPackBuilder()
    builder.addString('a')
    assert.equal(builder.length, 2)
    builder.addInteger(300)
    builder.open()
    builder.closeArray()
    builder.open()
    builder.closeObject()
    builder.addWord(null)
    builder.addWord(true)
    builder.addWord(false)
    assert.equal(toHex(builder.built()), '41 61 29 2c 01 01 0a 18 1a 19')
    assert.equal(builder.length, 10)
  })

  it('begins anew after an array that was not closed', () => {
    const builder = new VelocyPackBuilder()
    builder.open()
    builder.beginItem()
    builder.addInteger(1)
    builder.clear()
    builder.open()
    builder.beginItem()
    builder.addInteger(2)
    builder.closeArray()
    assert.equal(toHex(builder.built()), '02 03 32')
  })

  it('grows beyond its first memory', () => {
    const builder = new VelocyPackBuilder()
    builder.open()
    for (let index = 0; index < 50_000; index += 1) {
      builder.beginItem()
      builder.addInteger(index)
    }
    builder.closeArray()
    const text = JSON.stringify(Array.from({ length: 50_000 }, (_, index) => index))
    assert.ok(builder.built().equals(new VelocyPackWriter().write(Buffer.from(text))))
  })
})
