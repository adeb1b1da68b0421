import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import {
  decodeTree,
  encodeTree,
  TreeError,
  TreeFormatError,
  type TreeErrorCode,
  type TreeFormat,
} from '../../../lib/merkle/index.js'
import { changed, compressed, makeDocumentedBytes, withBody } from './changed-bytes.js'
import { makeSmallTree } from './text-parts.js'
import { assertSameTree } from './tree-support.js'

const FORMATS: readonly TreeFormat[] = ['1', '2', '3', '4']

function assertRefused(bytes: Buffer, place: string, reason: RegExp): void {
  assert.throws(
    () => decodeTree(bytes),
    (error) => {
      assert.ok(error instanceof TreeFormatError, String(error))
      assert.equal(error.place, place, error.message)
      assert.match(error.reason, reason)
      return true
    },
  )
}

describe('decodeTree() with bytes that are no tree', () => {
  const ROWS: readonly (readonly [string, () => Buffer, string, RegExp])[] = [
    ['no bytes', () => Buffer.alloc(0), 'bytes', /^are too few$/],
    ['49 bytes', () => Buffer.alloc(49, 1), 'bytes', /^are too few$/],
    [
      'another version',
      () => changed('2', (all) => all.fill(2, all.length - 1)),
      'version',
      /^is not 1$/,
    ],
    [
      'another format',
      () => changed('2', (all) => all.fill('5', all.length - 2, all.length - 1)),
      'format',
      /^is unknown$/,
    ],
    [
      'a depth above the limit',
      () => changed('2', (all) => all.writeUInt32LE(9, 16)),
      'depth',
      /^is above 8$/,
    ],
    [
      'a depth of 2^32 and more',
      () => changed('3', (all) => all.writeUInt32LE(1, 20)),
      'depth',
      /^is above 8$/,
    ],
    [
      'a depth of another size',
      () => changed('2', (all) => all.writeUInt32LE(3, 16)),
      'bytes',
      /^are not as many/,
    ],
    [
      'a leaf too few',
      () => changed('2', (all) => withBody(all, -18)),
      'bytes',
      /^are not as many/,
    ],
    [
      'half a leaf too much',
      () => changed('2', (all) => withBody(all, -2, Buffer.alloc(8))),
      'bytes',
      /^are not as many/,
    ],
    [
      'a summary that cannot be counted',
      () => changed('3', (all) => all.writeBigUInt64LE(2n ** 53n, 32)),
      'count',
      /above 2\^53 - 1$/,
    ],
    [
      'a leaf that cannot be counted',
      () => changed('2', (all) => all.writeBigUInt64LE(2n ** 53n, 64 + 16 * 3)),
      'nodes[3]',
      /above 2\^53 - 1$/,
    ],
    [
      'an indexed leaf that cannot be counted',
      () => changed('3', (all) => all.writeBigUInt64LE(2n ** 63n, 52)),
      'nodes[0]',
      /above 2\^53 - 1$/,
    ],
    [
      'half an indexed leaf',
      () => changed('3', (all) => withBody(all, 60)),
      'bytes',
      /^end in the middle of a leaf$/,
    ],
    [
      'a leaf that the tree does not have',
      () => changed('3', (all) => all.writeUInt32LE(64, 48 + 80)),
      'nodes[64]',
      /^is not in the tree$/,
    ],
    [
      'a leaf that is there twice',
      () => changed('3', (all) => all.writeUInt32LE(1, 48)),
      'nodes[1]',
      /^is not behind the one before it$/,
    ],
    [
      'a wrong count in format 3',
      () => changed('3', (all) => all.writeUInt32LE(6, 32)),
      'count',
      /^is not that of the nodes$/,
    ],
    [
      'a wrong hash in format 3',
      () => changed('3', (all) => all.writeUInt32LE(6, 40)),
      'hash',
      /^is not that of the nodes$/,
    ],
    [
      'another number of shards',
      () => changed('4', (all) => all.writeUInt32LE(2, 48)),
      'shards',
      /^are not as many/,
    ],
    [
      'a shard that ends too early',
      () => changed('4', (all) => all.writeUInt32LE(all.readUInt32LE(52) + 1, 52)),
      'shards',
      /^have another size/,
    ],
    [
      'bytes after the last shard',
      () => changed('4', (all) => all.writeUInt32LE(all.readUInt32LE(52) - 1, 52)),
      'shards',
      /^have another size/,
    ],
    [
      'no list of shards',
      () => changed('4', (all) => withBody(all, 48)),
      'shards',
      /^are not all there$/,
    ],
    [
      'a shard of another length',
      () => changed('4', (all) => all.fill(0x81, 56, 57)),
      'shards[0]',
      /^has an unexpected length$/,
    ],
    [
      'a shard that is no block',
      () => changed('4', (all) => all.fill(0xff, 58, all.length - 2)),
      'shards[0]',
      /^is no Snappy block$/,
    ],
    [
      'a block that is damaged',
      () => changed('1', (all) => all.fill(0xff, 2, all.length - 2)),
      'bytes',
      /^is no Snappy block$/,
    ],
    [
      'a block of a size that no tree has',
      () => Buffer.concat([compressSync(Buffer.alloc(2000)), Buffer.from('1\x01')]),
      'bytes',
      /^are compressed from a size/,
    ],
    [
      'a block that promises 268 MB in 60 bytes',
      () =>
        Buffer.concat([
          Buffer.from([0xc0, 0x80, 0x80, 0x80, 1]),
          Buffer.alloc(55),
          Buffer.from('1\x01'),
        ]),
      'bytes',
      /^are compressed from a size/,
    ],
    [
      'a depth in a block that has another size',
      () => compressed((body) => body.writeUInt32LE(3, 16)),
      'bytes',
      /^are not as many/,
    ],
    [
      'levels that do not sum up',
      () => {
        const bytes = makeDocumentedBytes()
        bytes.writeUInt32LE(8, 64 + 16 * 4 + 8)
        return bytes
      },
      'nodes[4]',
      /^is not the sum of its children$/,
    ],
    [
      'levels with a count that is too large',
      () => {
        const bytes = makeDocumentedBytes()
        bytes.writeBigUInt64LE(2n ** 53n, 64 + 16 * 72 + 8)
        return bytes
      },
      'nodes[72]',
      /above 2\^53 - 1$/,
    ],
  ]
  for (const [title, makeBytes, place, reason] of ROWS) {
    it(`refuses ${title}`, () => {
      assertRefused(makeBytes(), place, reason)
    })
  }

  it('refuses what is cut anywhere', () => {
    for (const format of FORMATS) {
      const bytes = encodeTree(makeSmallTree(), format)
      for (let length = 0; length < bytes.length - 2; length += 1) {
        assert.throws(
          () => decodeTree(withBody(bytes, length)),
          TreeFormatError,
          `format ${format}, ${length} bytes`,
        )
      }
    }
  })

  const SHAPES: readonly (readonly [string, number, bigint, TreeErrorCode])[] = [
    ['depth', 16, 1n, 'ERR_TREE_DEPTH'],
    ['rangeMax', 8, 100n, 'ERR_TREE_RANGE'],
    ['rangeMax', 8, 165n, 'ERR_TREE_WIDTH'],
    ['rangeMax', 8, 132n, 'ERR_TREE_NARROW'],
  ]
  for (const [name, at, value, code] of SHAPES) {
    it(`refuses a ${name} of ${value} with ${code}`, () => {
      for (const format of ['2', '3', '4'] as const) {
        const bytes = changed(format, (all) => all.writeBigUInt64LE(value, at))
        const isSize = name === 'depth' && format === '2'
        assert.throws(() => decodeTree(bytes), { code: isSize ? 'ERR_TREE_FORMAT' : code })
      }
    })
  }

  it('gives a tree or one of its errors for every change of good bytes', () => {
    const sources = [...FORMATS.map((format) => encodeTree(makeSmallTree(), format))]
    sources.push(makeDocumentedBytes())
    const place = fc.oneof(fc.nat(70), fc.nat(), fc.integer({ min: -8, max: -1 }))
    const changes = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 })
    const length = fc.option(fc.nat(1400), { freq: 4 })
    fc.assert(
      fc.property(fc.constantFrom(...sources), changes, length, (good, edits, end) => {
        const bytes = Buffer.from(good.subarray(0, end ?? good.length))
        for (const [at, value] of edits) {
          if (bytes.length > 0) bytes[(at + bytes.length) % bytes.length] = value
        }
        try {
          const tree = decodeTree(bytes)
          assertSameTree(decodeTree(encodeTree(tree, '2')), tree)
        } catch (error) {
          assert.ok(error instanceof TreeFormatError || error instanceof TreeError, String(error))
        }
      }),
      { numRuns: 3000 },
    )
  })
})
