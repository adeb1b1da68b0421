import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createTreeShape,
  hashRevision,
  LANES_PER_LEAF,
  WORKSPACE_COUNTERS,
  WORKSPACE_INPUT_BYTES,
  WORKSPACE_REVISIONS,
  type TreeShape,
  type TreeWorkspace,
} from '../../../lib/merkle/index.js'
import { joinLanes } from '../../../lib/values/index.js'
import { createRandom } from '../../../lib/cli/demo/random.js'
import { describeKernels, KERNELS } from '../../support/kernels.js'

const U64_MAX = 2n ** 64n - 1n

function hashOf(value: bigint): bigint {
  const lanes = { high: Number(value >> 32n), low: Number(value & 0xffffffffn) }
  hashRevision(lanes, lanes)
  return joinLanes(lanes)
}

/** A shape whose leaves have 2^shift revisions each. */
function shapeOf(depth: number, rangeMin: bigint, shift: number): TreeShape {
  const rangeMax = rangeMin + ((8n ** BigInt(depth)) << BigInt(shift))
  return createTreeShape({ depth, rangeMin, rangeMax })
}

/** Count and hash of each leaf that has any, as a model keeps them. */
type Model = Map<number, { count: bigint; hash: bigint }>

function modelOf(values: readonly bigint[], rangeMin: bigint, shift: number): Model {
  const model: Model = new Map()
  for (const value of values) {
    const index = Number((value - rangeMin) >> BigInt(shift))
    const { count, hash } = model.get(index) ?? { count: 0n, hash: 0n }
    model.set(index, { count: count + 1n, hash: hash ^ hashOf(value) })
  }
  return model
}

function populated({ leaves }: TreeWorkspace): Model {
  const words = new BigUint64Array(leaves.buffer, leaves.byteOffset, leaves.length / 2)
  const model: Model = new Map()
  for (let index = 0; index < leaves.length / LANES_PER_LEAF; index += 1) {
    const count = words[index * 2] ?? 0n
    const hash = words[index * 2 + 1] ?? 0n
    if (count !== 0n || hash !== 0n) model.set(index, { count, hash })
  }
  return model
}

describeKernels('TreeWorkspace.insert()', (kernel) => {
  it('adds each revision to its leaf and gives the XOR of the hashes', () => {
    const cases = fc.record({
      shift: fc.constantFrom(0, 1, 5, 25, 31, 32, 33, 40, 57),
      rangeMin: fc.constantFrom(0n, 1n, 0xffff_fff0n, 1687640290099200000n, 2n ** 62n),
      places: fc.array(fc.bigInt({ min: 0n, max: U64_MAX }), { maxLength: 50 }),
    })
    const workspace = kernel.createWorkspace(2)
    fc.assert(
      fc.property(cases, ({ shift, rangeMin, places }) => {
        const shape = shapeOf(2, rangeMin, shift)
        const values = places.map((place) => rangeMin + (place & ((64n << BigInt(shift)) - 1n)))
        workspace.leaves.fill(0)
        workspace.revisions.set(values)
        const sum = workspace.insert(0, values.length, shape)
        assert.equal(
          sum,
          values.reduce((xor, value) => xor ^ hashOf(value), 0n),
        )
        assert.deepEqual(populated(workspace), modelOf(values, rangeMin, shift))
      }),
    )
  })

  it('adds only the revisions that it is asked for, to what is there', () => {
    const workspace = kernel.createWorkspace(2)
    workspace.revisions.set([0n, 64n, 65n, 128n])
    const shape = shapeOf(2, 0n, 6)
    assert.equal(workspace.insert(1, 3, shape), hashOf(64n) ^ hashOf(65n))
    assert.equal(workspace.insert(2, 3, shape), hashOf(65n))
    assert.deepEqual(populated(workspace), modelOf([64n, 65n, 65n], 0n, 6))
    assert.equal(workspace.insert(4, 4, shape), 0n)
  })

  it('carries into the upper half of a count', () => {
    const workspace = kernel.createWorkspace(2)
    workspace.leaves[0] = 0xffff_ffff
    workspace.insert(0, 1, shapeOf(2, 0n, 1))
    assert.deepEqual([...workspace.leaves.subarray(0, 2)], [0, 1])
  })

  it('fills the leaves of a whole workspace of revisions', () => {
    const workspace = kernel.createWorkspace(3)
    const values = Array.from({ length: WORKSPACE_REVISIONS }, (_, index) => BigInt(index) * 3n)
    workspace.revisions.set(values)
    workspace.insert(0, WORKSPACE_REVISIONS, shapeOf(3, 0n, 9))
    assert.deepEqual(populated(workspace), modelOf(values, 0n, 9))
  })

  it('refuses a revision below or above the range, wherever it is', () => {
    const workspace = kernel.createWorkspace(2)
    const shape = shapeOf(2, 1000n, 4)
    const message = 'Cannot insert revisions: at least one is not in the range of the tree'
    const refused = { name: 'RangeError', message }
    for (const outside of [0n, 999n, 1000n + 1024n, U64_MAX]) {
      for (const index of [0, 1, 2047, 2048, 4999]) {
        workspace.revisions.fill(1500n, 0, 5000)
        workspace.revisions[index] = outside
        assert.throws(() => workspace.insert(0, 5000, shape), refused)
        assert.throws(() => workspace.insert(index, index + 1, shape), refused)
      }
    }
  })

  it('refuses revisions that the workspace does not have, and a tree of another depth', () => {
    const workspace = kernel.createWorkspace(2)
    const shape = shapeOf(2, 0n, 4)
    for (const [first, end] of [
      [-1, 1],
      [0, WORKSPACE_REVISIONS + 1],
      [2, 1],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      assert.throws(() => workspace.insert(first, end, shape), {
        name: 'RangeError',
        message: `Cannot use ${first} to ${end} of the revisions: it has ${WORKSPACE_REVISIONS}`,
      })
    }
    assert.throws(() => workspace.insert(0, 1, shapeOf(3, 0n, 4)), {
      name: 'RangeError',
      message: 'Cannot insert revisions: the depth is 3, not 2',
    })
  })
})

describe('TreeWorkspace.insert()', () => {
  it('makes the same leaves of a million revisions in both kernels', () => {
    const random = createRandom(3)
    const shape = shapeOf(6, 2n ** 60n, 42)
    const workspaces = KERNELS.map((kernel) => kernel.createWorkspace(6))
    for (let round = 0; round < 16; round += 1) {
      const lanes = new Uint32Array(WORKSPACE_REVISIONS * 2)
      for (let lane = 0; lane < lanes.length; lane += 1) lanes[lane] = random.below(2 ** 32)
      const revisions = new BigUint64Array(lanes.buffer)
      // All within 2^60 from the start of the range.
      for (let lane = 1; lane < lanes.length; lane += 2) {
        lanes[lane] = ((lanes[lane] ?? 0) & 0x0fff_ffff) | 0x1000_0000
      }
      const sums = workspaces.map((workspace) => {
        workspace.revisions.set(revisions)
        return workspace.insert(0, WORKSPACE_REVISIONS, shape)
      })
      assert.equal(sums[0], sums[1])
    }
    const [ofReference, ofWasm] = workspaces.map(({ leaves }) =>
      Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength),
    )
    assert.ok(ofReference !== undefined && ofWasm !== undefined)
    assert.equal(ofReference.compare(ofWasm), 0)
    assert.ok(ofWasm.some((byte) => byte !== 0))
  })
})

describeKernels('TreeWorkspace.bounds()', (kernel) => {
  const workspace = kernel.createWorkspace(2)

  it('finds the lowest and the highest revision', () => {
    const anyValue = fc.oneof(
      fc.bigInt({ min: 0n, max: U64_MAX }),
      fc.bigInt({ min: 2n ** 32n - 4n, max: 2n ** 32n + 4n }),
      fc.constantFrom(0n, 2n ** 63n - 1n, 2n ** 63n, U64_MAX),
    )
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1 }), (values) => {
        workspace.revisions.set(values)
        const sorted = BigUint64Array.from(values).sort()
        const expected = { lowest: sorted[0], highest: sorted.at(-1) }
        assert.deepEqual(workspace.bounds(0, values.length), expected)
      }),
    )
  })

  it('looks only at those that it is asked for', () => {
    workspace.revisions.set([1n, 5n, 4n, 9n])
    assert.deepEqual(workspace.bounds(1, 3), { lowest: 4n, highest: 5n })
  })

  it('refuses to tell of none', () => {
    const message = 'Cannot find the bounds of no revisions'
    assert.throws(() => workspace.bounds(3, 3), { name: 'RangeError', message })
    assert.throws(() => workspace.bounds(0, WORKSPACE_REVISIONS + 1), { name: 'RangeError' })
  })
})

describeKernels('TreeKernel.createWorkspace()', (kernel) => {
  it('makes memory with room for everything, all zero', () => {
    const workspace = kernel.createWorkspace(4)
    assert.equal(workspace.memory.depth, 4)
    assert.equal(workspace.input.length, WORKSPACE_INPUT_BYTES)
    assert.equal(workspace.revisions.length, WORKSPACE_REVISIONS)
    assert.equal(workspace.leaves.length, 8 ** 4 * LANES_PER_LEAF)
    assert.equal(workspace.progress.length, WORKSPACE_COUNTERS)
    assert.ok(new Uint8Array(workspace.memory.buffer).every((byte) => byte === 0))
  })

  it('keeps the parts apart', () => {
    const workspace = kernel.createWorkspace(2)
    workspace.progress.fill(-1n)
    workspace.input.fill(2)
    workspace.revisions.fill(3n)
    workspace.leaves.fill(4)
    workspace.insert(0, 5000, shapeOf(2, 0n, 4))
    workspace.bounds(0, 5000)
    workspace.scanLines(0, WORKSPACE_INPUT_BYTES, 10)
    assert.ok(workspace.progress.every((word) => word === -1n))
    assert.ok(workspace.input.every((byte) => byte === 2))
    // A line that is being read may leave something after the revisions that count.
    assert.ok(workspace.revisions.subarray(0, 10).every((word) => word === 3n))
    assert.ok(workspace.leaves.subarray(LANES_PER_LEAF).every((lane) => lane === 4))
  })

  it('refuses a depth that no tree has', () => {
    for (const depth of [-1, 0, 1, 9, 2.5, Number.NaN]) {
      assert.throws(() => kernel.createWorkspace(depth), {
        name: 'RangeError',
        message: `Cannot make a workspace: the depth must be 2 to 8, not ${depth}`,
      })
    }
  })

  it('refuses the memory of another depth, and memory that is too small', () => {
    const { memory } = kernel.createWorkspace(2)
    assert.throws(() => kernel.createWorkspace(3, memory), {
      name: 'RangeError',
      message: 'Cannot share a workspace: its depth is 2, not 3',
    })
    assert.throws(() => kernel.createWorkspace(4, { ...memory, depth: 4 }), {
      name: 'RangeError',
      message: 'Cannot share a workspace: its memory is too small',
    })
  })

  it('takes part in a workspace of any kernel', () => {
    for (const other of KERNELS) {
      const first = other.createWorkspace(2)
      const second = kernel.createWorkspace(2, first.memory)
      first.revisions[0] = 7n
      assert.equal(second.insert(0, 1, shapeOf(2, 0n, 4)), hashOf(7n))
      assert.deepEqual(populated(first), modelOf([7n], 0n, 4))
    }
  })
})
