import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  DocumentedTree,
  formatTree,
  MerkleTree,
  parseTree,
  type TreeForm,
} from '../../../lib/merkle/index.js'
import { makeFullTree, textOf } from './tree-support.js'

const FORMS: readonly TreeForm[] = [
  'documented',
  'transitional',
  'current',
  'onlyPopulated',
  'onlyPopulatedWithoutSkip',
]
const MIB = 1024 * 1024

interface TreeText {
  readonly maxDepth: number
  readonly nodes: readonly Record<string, unknown>[]
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}

function makeTree(): MerkleTree {
  const tree = new MerkleTree({ depth: 2, rangeMin: 100n, rangeMax: 164n, initialRangeMin: 104n })
  tree.insertMany([100n, 101n, 105n, 130n, 130n])
  return tree
}

describe('formatTree()', () => {
  it('pads the texts of the documented form alone, unless told', () => {
    const tree = makeTree()
    assert.match(textOf(tree, { form: 'documented' }), /"rangeMax":"---------Ai","rangeMin"/)
    assert.match(textOf(tree, { form: 'documented' }), /\{"hash":"-----------","count":0\}/)
    assert.match(textOf(tree, { form: 'documented', pad: false }), /\{"hash":"","count":0\}/)
    assert.match(textOf(tree, { form: 'transitional' }), /"initialRangeMin":"_m"/)
    assert.match(textOf(tree, { form: 'current' }), /"rangeMin":"_i"/)
    assert.match(textOf(tree, { form: 'current', pad: true }), /"rangeMin":"---------_i"/)
  })

  it('writes each form with its attributes, in order', () => {
    const attributes = FORMS.map((form) =>
      Object.keys(JSON.parse(textOf(makeTree(), { form })) as TreeText),
    )
    const head = ['version', 'maxDepth']
    const range = ['rangeMax', 'rangeMin']
    const current = [...head, ...range, 'initialRangeMin', 'count', 'hash', 'nodes']
    assert.deepEqual(attributes, [
      [...head, 'branchingFactor', ...range, 'nodes'],
      [...head, 'branchingFactor', ...range, 'initialRangeMin', 'nodes'],
      current,
      current,
      current,
    ])
  })

  it('writes what the documentation promises: 11 characters a text, one node a place', () => {
    const { nodes, ...head } = JSON.parse(textOf(makeTree(), { form: 'documented' })) as TreeText
    assert.equal(nodes.length, 73)
    for (const { hash, count } of nodes) {
      assert.match(String(hash), /^[-\w]{11}$/)
      assert.equal(typeof count, 'number')
    }
    assert.deepEqual(head, {
      version: 1,
      maxDepth: 2,
      branchingFactor: 8,
      rangeMax: '---------Ai',
      rangeMin: '---------_i',
    })
  })

  it('writes runs of leaves that have nothing as the form says', () => {
    const nodesOf = (form: TreeForm): string[] =>
      (JSON.parse(textOf(makeTree(), { form })) as TreeText).nodes.map((node) =>
        Object.entries(node)
          .map(([name, value]) => (name === 'hash' ? 'h' : `${name}${String(value)}`))
          .join(),
      )
    const last = ['count2,h']
    assert.deepEqual(nodesOf('onlyPopulated'), [
      ...['count1,h', 'count1,h', 'skip3', 'count1,h', 'skip24'],
      ...last,
    ])
    const sparse = nodesOf('onlyPopulatedWithoutSkip')
    assert.equal(sparse.length, 64)
    assert.deepEqual(sparse.slice(0, 6), ['count1,h', 'count1,h', '', '', '', 'count1,h'])
    assert.equal(nodesOf('current')[2], 'count0,h')
  })

  it('writes a gap of one leaf as an empty object, and none at the end', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 0n, rangeMax: 64n })
    tree.insertMany([1n, 3n])
    const nodes = textOf(tree, { form: 'onlyPopulated' }).replaceAll(/"hash":\d+/g, '"hash":0')
    const leaf = '{"count":1,"hash":0}'
    assert.ok(nodes.endsWith(`"nodes":[{},${leaf},{},${leaf}]}`))
  })

  it('writes counts and hashes beyond exact numbers with all their digits', () => {
    const tree = new MerkleTree({ depth: 2, rangeMin: 0n, rangeMax: 64n })
    tree.insert(42n)
    assert.ok(tree.hash > 2n ** 53n)
    assert.ok(textOf(tree, { form: 'current' }).includes(`{"count":1,"hash":${tree.hash}}`))
  })

  it('writes fewer levels, which then are the depth', () => {
    const tree = makeTree()
    const nodeCounts = [0, 1, 2].map((levelMax) => {
      const text = textOf(tree, { form: 'documented', levelMax })
      const { maxDepth, nodes } = JSON.parse(text) as TreeText
      assert.equal(maxDepth, levelMax)
      return nodes.length
    })
    assert.deepEqual(nodeCounts, [1, 9, 73])
    assert.throws(() => formatTree(tree, { form: 'documented', levelMax: 3 }), RangeError)
    assert.throws(() => formatTree(tree, { form: 'documented', levelMax: -1 }), RangeError)
    assert.throws(() => formatTree(tree, { form: 'transitional', levelMax: 0.5 }), RangeError)
  })

  it('writes a tree of the older generation in every form', async () => {
    const tree = new DocumentedTree({ depth: 2, rangeMin: 1000n })
    tree.insertMany([1000n, 5000n, 90_000n])
    for (const form of FORMS) {
      const { tree: read } = await parseTree([Buffer.from(textOf(tree, { form }))])
      assert.deepEqual(read.summary, tree.summary)
      assert.equal(read.initialRangeMin, 1000n)
    }
  })

  it('gives pieces of about 64 kB, none of them empty', function () {
    this.timeout(120_000)
    const tree = makeFullTree()
    for (const form of FORMS) {
      let length = 0
      let last = 65_536
      for (const piece of formatTree(tree, { form })) {
        assert.ok(last >= 65_536, 'only the last piece is short')
        assert.ok(piece.length > 0 && piece.length < 65_536 + 100)
        last = piece.length
        length += piece.length
      }
      assert.ok(length > 8 * MIB)
    }
  })

  it('never holds the whole text of a full tree', function () {
    this.timeout(120_000)
    const tree = makeFullTree()
    // The inner levels belong to the tree, not to the writing.
    tree.level(0)
    for (const form of FORMS) {
      collectGarbage()
      const before = process.memoryUsage().heapUsed
      let length = 0
      for (const piece of formatTree(tree, { form })) {
        const isBefore = length <= 7 * MIB
        length += piece.length
        if (!isBefore || length <= 7 * MIB) continue
        // The generator still runs here, so that what it holds counts.
        collectGarbage()
        const grownBytes = process.memoryUsage().heapUsed - before
        assert.ok(grownBytes < MIB, `${form} holds ${grownBytes} bytes`)
      }
      assert.ok(length > 7 * MIB, `${form} is long`)
    }
  })
})
