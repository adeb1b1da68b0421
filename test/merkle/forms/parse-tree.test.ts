import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import {
  formatTree,
  parseTree,
  type MerkleTree,
  type ReadTree,
  type TreeForm,
} from '../../../lib/merkle/index.js'
import { blocksOf, cutAt } from '../../support/streams.js'
import { currentParts, documentedParts, joinParts, makeSmallTree } from './text-parts.js'
import { assertSameTree, makeFullTree, textOf } from './tree-support.js'

const MIB = 1024 * 1024
const FORMS: readonly TreeForm[] = [
  'documented',
  'transitional',
  'current',
  'onlyPopulated',
  'onlyPopulatedWithoutSkip',
]

function parse(text: string): Promise<ReadTree> {
  return parseTree([Buffer.from(text)])
}

function startOf(form: TreeForm, tree: MerkleTree): bigint {
  return form === 'documented' ? tree.rangeMin : tree.initialRangeMin
}

/** Bytes of the heap and of typed arrays that are in use. */
function usedMemory(): { heap: number; arrays: number } {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heap: heapUsed, arrays: arrayBuffers }
}

describe('parseTree()', () => {
  for (const form of FORMS) {
    it(`reads the form ${form}, whatever the length of its blocks`, async () => {
      const tree = makeSmallTree()
      const bytes = Buffer.from(textOf(tree, { form }))
      for (const blockBytes of [1, 2, 3, 7, 64, 1000, 100_000]) {
        const read = await parseTree(blocksOf(bytes, blockBytes))
        assert.equal(read.form, form)
        assertSameTree(read.tree, tree, startOf(form, tree))
      }
    })
  }

  it('reads attributes in any order, with blanks between them', async () => {
    const order = fc.shuffledSubarray(Object.entries(currentParts()), { minLength: 8 })
    const olderOrder = fc.shuffledSubarray(Object.entries(documentedParts()), { minLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.oneof(order, olderOrder), fc.nat(500), async (entries, at) => {
        const text = joinParts(Object.fromEntries(entries))
          .replaceAll(':', ' :\n')
          .replaceAll(',', '\t,\r ')
        const { tree } = await parseTree(cutAt(Buffer.from(` ${text}\n`), [at]))
        assert.deepEqual(tree.leaves, makeSmallTree().leaves)
      }),
      { numRuns: 50 },
    )
  })

  it('reads the attributes of a node in any order, and passes over those without a meaning', async () => {
    const extra = '"more":[{"count":"x","hash":[]},[]],"skipped":null'
    for (const parts of [currentParts(), documentedParts()]) {
      const nodes = (parts['nodes'] as string).replaceAll(
        /\{("\w+":[^,]+),("\w+":[^}]+)\}/g,
        `{$2,${extra},$1}`,
      )
      assert.ok(nodes.includes(extra))
      const text = joinParts({ more: '{"nodes":[1,{}],"b":true}', ...parts, nodes, zzz: '-1.5e3' })
      const { tree } = await parse(text)
      assert.deepEqual(tree.leaves, makeSmallTree().leaves)
    }
  })

  it('reads names that are written with escapes', async () => {
    const text = textOf(makeSmallTree(), { form: 'current' }).replaceAll('"count"', '"\\u0063ount"')
    assertSameTree((await parse(text)).tree, makeSmallTree())
  })

  it('tells the form that the text has', async () => {
    const parts = currentParts()
    const formOf = async (nodes: string): Promise<TreeForm> =>
      (await parse(joinParts({ ...parts, count: '0', hash: '0', nodes: `[${nodes}]` }))).form
    const zeros = (count: number): string[] => Array<string>(count).fill('{"count":0,"hash":0}')
    assert.equal(await formOf(''), 'onlyPopulated')
    assert.equal(await formOf(zeros(63).join()), 'onlyPopulated')
    assert.equal(await formOf(zeros(64).join()), 'current')
    assert.equal(await formOf([...zeros(63), '{}'].join()), 'onlyPopulatedWithoutSkip')
    assert.equal(await formOf('{"skip":64}'), 'onlyPopulated')
    assert.equal(await formOf([...zeros(62), '{"skip":2}'].join()), 'onlyPopulated')
  })

  it('reads the older forms without a branching factor, and with padded texts', async () => {
    const options = { form: 'documented', branchingFactor: false, pad: true } as const
    const { form, tree } = await parse(textOf(makeSmallTree(), options))
    assert.equal(form, 'documented')
    assertSameTree(tree, makeSmallTree(), 100n)
  })

  it('passes over the branching factor of a form that does not have it', async () => {
    for (const branchingFactor of ['9', '"8"', 'null']) {
      const { tree } = await parse(joinParts({ ...currentParts(), branchingFactor }))
      assertSameTree(tree, makeSmallTree())
    }
  })

  it('refuses the older forms where only current ones are taken', async () => {
    for (const form of FORMS) {
      const source = [Buffer.from(textOf(makeSmallTree(), { form }))]
      const parsed = parseTree(source, { generation: 'current' })
      if (form === 'documented' || form === 'transitional') {
        await assert.rejects(parsed, { code: 'ERR_TREE_FORMAT', place: 'nodes[0]' })
      } else {
        assert.equal((await parsed).form, form)
      }
    }
  })

  it('takes nothing that is not JSON', async () => {
    const text = textOf(makeSmallTree(), { form: 'onlyPopulated' })
    const change = fc.tuple(
      fc.nat(text.length),
      fc.nat(3),
      fc.stringMatching(/^[-+0-9.eE{}[\],:"\\ \nuantl\x01é]{0,3}$/),
    )
    await fc.assert(
      fc.asyncProperty(change, fc.nat(400), async ([at, removed, added], cutOffset) => {
        const changed = text.slice(0, at) + added + text.slice(at + removed)
        const source = cutAt(Buffer.from(changed), [cutOffset])
        const tree = await parseTree(source).catch((error: unknown) => error)
        if (tree instanceof Error)
          assert.match((tree as NodeJS.ErrnoException).code ?? '', /^ERR_TREE_/)
        else assert.doesNotThrow(() => JSON.parse(changed) as unknown, changed)
      }),
      { numRuns: 500 },
    )
  })

  it('refuses a text that is cut anywhere', async () => {
    const text = textOf(makeSmallTree(), { form: 'onlyPopulated' })
    for (let length = 0; length < text.length; length += 1) {
      await assert.rejects(parse(text.slice(0, length)), {
        code: 'ERR_TREE_FORMAT',
        message: 'Cannot read a revision tree: text ends before the tree does',
      })
    }
  })

  it('stops reading when it is aborted', async () => {
    const controller = new AbortController()
    async function* read(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"version":1,')
      controller.abort(new SyntaxError('enough'))
      await new Promise(() => undefined)
    }
    await assert.rejects(parseTree(read(), { signal: controller.signal }), SyntaxError)
  })

  for (const form of ['documented', 'current'] as const) {
    it(`holds the nodes, not the text, of a full ${form} tree`, async function () {
      this.timeout(120_000)
      const tree = makeFullTree()
      const before = usedMemory()
      let givenLength = 0
      let measured: typeof before | undefined
      function* give(): Generator<Buffer> {
        for (const piece of formatTree(tree, { form })) {
          yield Buffer.from(piece)
          givenLength += piece.length
          if (givenLength > 8 * MIB) measured ??= usedMemory()
        }
      }
      const { tree: read } = await parseTree(give())
      assertSameTree(read, tree)
      assert.ok(measured !== undefined)
      assert.ok(measured.heap - before.heap < MIB, `${measured.heap - before.heap} of heap`)
      // Lists of 2^18 nodes of 20 bytes, or twice that, and the inner levels of the tree.
      const arrays = measured.arrays - before.arrays
      assert.ok(arrays < 12 * MIB, `${arrays} of arrays`)
    })
  }
})
