import assert from 'node:assert/strict'
import fc from 'fast-check'
import { BinaryTreeSink } from '../../../lib/merkle/forms/binary-tree-sink.js'
import {
  DocumentedTree,
  encodeTree,
  MerkleTree,
  readTree,
  TreeFormatError,
  type TreeForm,
} from '../../../lib/merkle/index.js'
import { blocksOf } from '../../support/streams.js'
import { makeSmallTree } from './text-parts.js'
import { assertSameTree, makeFullTree, textOf } from './tree-support.js'

const FORMS: readonly TreeForm[] = ['documented', 'transitional', 'current', 'onlyPopulated']
const FORMATS = ['1', '2', '3', '4'] as const
const BLOCK_BYTES = [1, 5, 23, 24, 25, 10_000]

describe('readTree()', () => {
  it('reads JSON text of every form', async () => {
    const tree = makeSmallTree()
    for (const form of FORMS) {
      const bytes = Buffer.from(textOf(tree, { form }))
      for (const blockBytes of BLOCK_BYTES) {
        const read = await readTree(blocksOf(bytes, blockBytes))
        assert.equal(read.form, form)
        assertSameTree(read.tree, tree, read.tree.initialRangeMin)
      }
    }
  })

  it('reads every binary format', async () => {
    const tree = makeSmallTree()
    for (const format of FORMATS) {
      for (const blockBytes of BLOCK_BYTES) {
        const read = await readTree(blocksOf(encodeTree(tree, format), blockBytes))
        assert.equal(read.form, 'binary')
        assertSameTree(read.tree, tree)
      }
    }
  })

  it('reads the binary form of the older generation', async () => {
    const tree = new DocumentedTree({ depth: 3, rangeMin: 0n })
    tree.insertMany([1n, 2n, 70_000n])
    const { form, tree: read } = await readTree([encodeTree(tree, '2')])
    assert.equal(form, 'binary')
    assertSameTree(read, tree)
  })

  it('knows bytes for what they are, whatever the range', async () => {
    const looksLikeText = Buffer.from('{"version":1').readBigUInt64LE()
    const start = fc.oneof(fc.constant(looksLikeText), fc.bigInt({ min: 0n, max: 2n ** 63n }))
    await fc.assert(
      fc.asyncProperty(start, fc.constantFrom(2, 3), async (rangeMin, depth) => {
        const tree = new MerkleTree({ depth, rangeMin })
        tree.insert(rangeMin + 100n)
        for (const format of FORMATS) {
          const { form, tree: read } = await readTree([encodeTree(tree, format)])
          assert.equal(form, 'binary')
          assertSameTree(read, tree)
        }
      }),
    )
  })

  it('reads text after many blanks', async () => {
    const text = `${' '.repeat(100)}${textOf(makeSmallTree(), { form: 'current' })}`
    assert.equal((await readTree([Buffer.from(text)])).form, 'current')
  })

  it('reads bytes of 4 MB', async function () {
    this.timeout(120_000)
    const tree = makeFullTree()
    const { tree: read } = await readTree(blocksOf(encodeTree(tree, '2'), 100_000))
    assertSameTree(read, tree)
  })

  it('refuses input that is neither, also when it is short', async () => {
    const placeOf = async (...blocks: Uint8Array[]): Promise<string> => {
      const error: unknown = await readTree(blocks).catch((reason: unknown) => reason)
      assert.ok(error instanceof TreeFormatError)
      return error.place
    }
    assert.equal(await placeOf(), 'text')
    assert.equal(await placeOf(Buffer.from('{}')), 'nodes')
    assert.equal(await placeOf(Buffer.from('a page that was not found')), 'text')
    assert.equal(await placeOf(Buffer.alloc(10)), 'bytes')
    assert.equal(await placeOf(Buffer.alloc(10), Buffer.alloc(100, 1)), 'format')
    assert.equal(await placeOf(Buffer.alloc(100, 0xc0)), 'version')
  })

  it('refuses the documented form where only current ones are taken', async () => {
    const source = [Buffer.from(textOf(makeSmallTree(), { form: 'documented' }))]
    await assert.rejects(readTree(source, { generation: 'current' }), { place: 'nodes[0]' })
  })

  it('stops when it is aborted', async () => {
    const signal = AbortSignal.abort(new SyntaxError('enough'))
    await assert.rejects(readTree([encodeTree(makeSmallTree(), '2')], { signal }), SyntaxError)
  })
})

describe('BinaryTreeSink', () => {
  it('gathers bytes up to its limit and not beyond', () => {
    const bytes = encodeTree(makeSmallTree(), '2')
    const sink = new BinaryTreeSink(bytes.length)
    for (const block of blocksOf(bytes, 100)) sink.write(block)
    assertSameTree(sink.end().tree, makeSmallTree())
    assert.throws(
      () => {
        sink.write(Buffer.alloc(1))
      },
      new TreeFormatError('bytes', `are more than ${bytes.length}`),
    )
  })

  it('grows with what comes, up to its limit', () => {
    const sink = new BinaryTreeSink(200_000)
    for (let count = 0; count < 200; count += 1) sink.write(Buffer.alloc(1000, 1))
    assert.throws(() => {
      sink.write(Buffer.alloc(1))
    }, TreeFormatError)
    assert.throws(() => sink.end(), { place: 'format' })
  })
})
