import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createLeaves, LANES_PER_LEAF } from '../../../lib/merkle/index.js'
import { describeKernels } from '../../support/kernels.js'

const BLOCK_LEAVES = 4096
const WORD = 2n ** 64n
const anyWord = fc.oneof(
  fc.bigInt({ min: 0n, max: WORD - 1n }),
  fc.constantFrom(0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, WORD - 1n),
)
const anyLeaves = (length: number): fc.Arbitrary<bigint[]> =>
  fc.array(anyWord, { minLength: length * 2, maxLength: length * 2 })
const twoTrees = fc.nat(70).chain((length) => fc.tuple(anyLeaves(length), anyLeaves(length)))

function lanesOf(words: readonly bigint[]): Uint32Array {
  return new Uint32Array(BigUint64Array.from(words).buffer)
}

function wordsOf(lanes: Uint32Array): bigint[] {
  return [...new BigUint64Array(lanes.slice().buffer)]
}

describeKernels('TreeKernel.mergeLeaves()', (kernel) => {
  it('adds counts modulo 2^64 and XORs hashes', () => {
    fc.assert(
      fc.property(twoTrees, ([a, b]) => {
        const target = lanesOf(a)
        const source = lanesOf(b)
        kernel.mergeLeaves(target, source)
        const expected = a.map((word, index) => {
          const other = b[index] ?? 0n
          return index % 2 === 0 ? BigInt.asUintN(64, word + other) : word ^ other
        })
        assert.deepEqual(wordsOf(target), expected)
        assert.deepEqual(wordsOf(source), b)
      }),
    )
  })

  it('carries into the upper half of a count', () => {
    const target = Uint32Array.of(0xffff_ffff, 1, 5, 6)
    kernel.mergeLeaves(target, Uint32Array.of(1, 0, 4, 4))
    assert.deepEqual([...target], [0, 2, 1, 2])
  })

  it('merges every block of a whole tree', () => {
    const target = createLeaves(5)
    const source = createLeaves(5)
    for (let lane = 0; lane < source.length; lane += 1) source[lane] = lane
    kernel.mergeLeaves(target, source)
    assert.deepEqual(target, source)
  })

  it('touches nothing around a part of an array', () => {
    const target = new Uint32Array(12).fill(1)
    kernel.mergeLeaves(target.subarray(4, 8), new Uint32Array(4).fill(2))
    assert.deepEqual([...target], [1, 1, 1, 1, 3, 3, 3, 3, 1, 1, 1, 1])
  })

  it('refuses trees of two sizes, and pieces of leaves', () => {
    const refused = { name: 'RangeError', message: /^Cannot use leaves together: 8 and 4 lanes/ }
    const merge = (a: number, b: number): void => {
      kernel.mergeLeaves(new Uint32Array(a), new Uint32Array(b))
    }
    assert.throws(() => {
      merge(8, 4)
    }, refused)
    assert.throws(() => {
      merge(6, 6)
    }, RangeError)
  })
})

describeKernels('TreeKernel.diffLeaves()', (kernel) => {
  function runsOf(a: Uint32Array, b: Uint32Array): [number, number][] {
    const runs: [number, number][] = []
    kernel.diffLeaves(a, b, (first, end) => {
      runs.push([first, end])
    })
    return runs
  }

  /** The runs of leaves that are in the set. */
  function expectedRuns(changed: ReadonlySet<number>): [number, number][] {
    const runs: [number, number][] = []
    for (const index of [...changed].sort((a, b) => a - b)) {
      const last = runs.at(-1)
      if (last?.[1] === index) last[1] = index + 1
      else runs.push([index, index + 1])
    }
    return runs
  }

  function filledLeaves(count: number): Uint32Array {
    return new Uint32Array(count * LANES_PER_LEAF).map((_, lane) => Math.imul(lane, 0x9e3779b9))
  }

  it('shows nothing for equal trees', () => {
    for (const count of [0, 1, 3, 64, BLOCK_LEAVES + 1]) {
      assert.deepEqual(runsOf(filledLeaves(count), filledLeaves(count)), [])
    }
  })

  it('sees a change of any bit of any lane', () => {
    for (let lane = 0; lane < LANES_PER_LEAF; lane += 1) {
      for (let bit = 0; bit < 32; bit += 1) {
        const changed = filledLeaves(9)
        changed[5 * LANES_PER_LEAF + lane] = (changed[5 * LANES_PER_LEAF + lane] ?? 0) ^ (1 << bit)
        assert.deepEqual(runsOf(filledLeaves(9), changed), [[5, 6]])
      }
    }
  })

  it('joins neighbours, across blocks too', () => {
    const sizes = fc.constantFrom(1, 2, 5, 64, BLOCK_LEAVES, BLOCK_LEAVES * 2 + 3)
    const cases = sizes.chain((count) => {
      const near = fc.integer({ min: BLOCK_LEAVES - 9, max: BLOCK_LEAVES + 9 })
      const anyIndex = fc.oneof(fc.nat(count - 1), near, fc.integer({ min: count - 9, max: count }))
      return fc.tuple(fc.constant(count), fc.array(anyIndex, { maxLength: 40 }))
    })
    fc.assert(
      fc.property(cases, ([count, indexes]) => {
        const changed = new Set(indexes.filter((index) => index >= 0 && index < count))
        const a = filledLeaves(count)
        const b = filledLeaves(count)
        for (const index of changed) {
          const lane = index * LANES_PER_LEAF + (index % LANES_PER_LEAF)
          b[lane] = (b[lane] ?? 0) ^ 1
        }
        assert.deepEqual(runsOf(a, b), expectedRuns(changed))
        assert.deepEqual(runsOf(b, a), expectedRuns(changed))
      }),
    )
  })

  it('is one run where everything differs, and one leaf each where every other does', () => {
    const a = createLeaves(5)
    const b = createLeaves(5).fill(1)
    assert.deepEqual(runsOf(a, b), [[0, 8 ** 5]])
    for (let lane = 0; lane < b.length; lane += 8) b.fill(0, lane, lane + 4)
    const runs = runsOf(a, b)
    assert.equal(runs.length, 8 ** 5 / 2)
    assert.ok(runs.every(([first, end], index) => first === 2 * index + 1 && end === first + 1))
  })

  it('does not keep what an earlier, longer comparison left behind', () => {
    runsOf(createLeaves(3), createLeaves(3).fill(9))
    assert.deepEqual(runsOf(filledLeaves(1), filledLeaves(1).fill(0)), [[0, 1]])
  })

  it('compares leaves in shared memory and parts of arrays', () => {
    const workspace = kernel.createWorkspace(2)
    const other = createLeaves(3)
    workspace.leaves[7 * LANES_PER_LEAF + 1] = 1
    assert.deepEqual(runsOf(workspace.leaves, other.subarray(256, 512)), [[7, 8]])
  })

  it('lets the visitor use the kernel', () => {
    const b = createLeaves(2)
    for (const index of [1, 5, 9]) b[index * LANES_PER_LEAF] = 1
    const firsts: number[] = []
    kernel.diffLeaves(createLeaves(2), b, (first) => {
      firsts.push(first)
      kernel.diffLeaves(createLeaves(2), createLeaves(2).fill(1), () => undefined)
    })
    assert.deepEqual(firsts, [1, 5, 9])
  })

  it('refuses trees of two sizes', () => {
    assert.throws(() => runsOf(createLeaves(2), createLeaves(3)), RangeError)
    assert.throws(() => runsOf(new Uint32Array(5), new Uint32Array(5)), RangeError)
  })

  it('shows what the visitor throws', () => {
    const visit = (): never => {
      throw new Error('enough')
    }
    assert.throws(() => {
      kernel.diffLeaves(createLeaves(2), createLeaves(2).fill(1), visit)
    }, /^Error: enough$/)
    // The next comparison is none the worse for it.
    assert.deepEqual(runsOf(filledLeaves(2), filledLeaves(2)), [])
  })
})
