import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  parseTree,
  parseTreeVelocyPack,
  TreeError,
  TreeFormatError,
  type ReadTree,
  type TreeForm,
  type TreeGeneration,
} from '../../../lib/merkle/index.js'
import { parseVelocyPack, VelocyPackError } from '../../../lib/wire/index.js'
import {
  currentParts,
  documentedParts,
  joinParts,
  makeSmallTree,
  replaceNode,
} from './text-parts.js'
import { assertSameTree, textOf, treeArbitrary } from './tree-support.js'
import { bytesOf, pack } from './velocypack-support.js'

const TEXT_FORMS: readonly TreeForm[] = [
  'documented',
  'transitional',
  'current',
  'onlyPopulated',
  'onlyPopulatedWithoutSkip',
]

/** What a reading gave, in a form that can be compared. */
async function outcome(read: () => ReadTree | Promise<ReadTree>): Promise<unknown> {
  try {
    const { form, tree } = await read()
    return { form, shape: tree.shape, summary: tree.summary, leaves: [...tree.leaves] }
  } catch (error) {
    if (error instanceof TreeFormatError) return [error.place, error.reason]
    assert.ok(error instanceof TreeError, String(error))
    return error.code
  }
}

/** Asserts that a text and its VelocyPack are read as the same tree, or refused with the same words. */
async function assertSameOutcome(
  text: string,
  generation: TreeGeneration = 'any',
): Promise<unknown> {
  const expected = await outcome(() => parseTree([Buffer.from(text)], { generation }))
  assert.deepEqual(await outcome(() => parseTreeVelocyPack(pack(text), { generation })), expected)
  return expected
}

describe('parseTreeVelocyPack()', () => {
  it('reads back trees of every kind, and tells the form', () => {
    fc.assert(
      fc.property(treeArbitrary, (tree) => {
        const current = parseTreeVelocyPack(bytesOf(tree, 'current'))
        assert.equal(current.form, 'current')
        assertSameTree(current.tree, tree)
        assertSameTree(parseTreeVelocyPack(bytesOf(tree, 'onlyPopulated')).tree, tree)
      }),
      { numRuns: 200 },
    )
  })

  it('reads every form as its JSON text is read', async () => {
    await fc.assert(
      fc.asyncProperty(treeArbitrary, fc.constantFrom(...TEXT_FORMS), async (tree, form) => {
        assert.ok(!Array.isArray(await assertSameOutcome(textOf(tree, { form }))))
      }),
      { numRuns: 100 },
    )
  })

  it('reads attributes in any order, and passes over those without a meaning', () => {
    const order = fc.shuffledSubarray(Object.entries(currentParts()), { minLength: 8 })
    fc.assert(
      fc.property(order, (entries) => {
        const text = joinParts({ extra: '{"nodes":1}', ...Object.fromEntries(entries), last: '[]' })
        assertSameTree(parseTreeVelocyPack(pack(text)).tree, makeSmallTree())
      }),
    )
  })

  it('reads nodes that servers would write otherwise', async () => {
    const more = '{"count":0,"more":[1,{"count":2}],"hash":0}'
    for (const node of ['{"hash":0,"count":0}', more, '{}', '{"skip":1}']) {
      const text = joinParts(replaceNode(currentParts(), 2, node))
      assert.ok(!Array.isArray(await assertSameOutcome(text)))
      assertSameTree(parseTreeVelocyPack(pack(text)).tree, makeSmallTree())
    }
  })

  it('reads nodes in other layouts than the usual one', () => {
    const tree = makeSmallTree()
    const bytes = bytesOf(tree, 'current')
    for (const node of parseVelocyPack(bytes).get('nodes')?.items() ?? []) {
      assert.equal(bytes[node.start], 0x0b)
      // The same object with an index table that is not sorted.
      bytes[node.start] = 0x0f
    }
    assertSameTree(parseTreeVelocyPack(bytes).tree, tree)
  })

  const VALUES = ['0', '1', '2', '9', '-1', '1.5', '1.0', '2e0', '1e300', '64', '9007199254740992']
  const MORE = ['18446744073709551615', '18446744073709551616', '""', '"_"', '"?"', '"N9999999999"']
  const OTHERS = ['null', 'true', '[]', '{}', '[1]', '{"a":1}', '"a long text that is no revision"']
  const anyValue = fc.constantFrom(...VALUES, ...MORE, ...OTHERS)

  it('refuses with the same words as for JSON text what is wrong in an attribute', async () => {
    const seen = new Set<string>()
    const parts = fc.constantFrom(currentParts(), documentedParts())
    const names = [
      'version',
      'maxDepth',
      'rangeMax',
      'rangeMin',
      'initialRangeMin',
      'count',
      'hash',
    ]
    const name = fc.constantFrom(...names, 'nodes', 'branchingFactor')
    await fc.assert(
      fc.asyncProperty(parts, name, fc.option(anyValue), async (before, changed, value) => {
        const text = joinParts({ ...before, [changed]: value ?? undefined })
        seen.add(String(await assertSameOutcome(text)))
      }),
      { numRuns: 300 },
    )
    assert.ok(seen.size > 20)
  })

  it('refuses with the same words as for JSON text what is wrong in a node', async () => {
    const attribute = fc.tuple(fc.constantFrom('count', 'hash', 'skip', 'other'), anyValue)
    const node = fc
      .array(attribute, { maxLength: 3 })
      .map((list) => `{${list.map(([name, value]) => `"${name}":${value}`).join()}}`)
    const seen = new Set<string>()
    const index = fc.constantFrom(0, 3, 63)
    await fc.assert(
      fc.asyncProperty(fc.oneof(node, anyValue), index, fc.boolean(), async (text, at, isOlder) => {
        const parts = { ...(isOlder ? documentedParts() : currentParts()) }
        const nodes = (parts['nodes'] as string).slice(1, -1).replaceAll('},{', '}\n{').split('\n')
        nodes[at] = text
        seen.add(
          String(await assertSameOutcome(joinParts({ ...parts, nodes: `[${nodes.join()}]` }))),
        )
      }),
      { numRuns: 500 },
    )
    assert.ok(seen.size > 20)
  })

  it('refuses what is there twice', async () => {
    for (const [name, value] of Object.entries(currentParts())) {
      const text = `${joinParts(currentParts()).slice(0, -1)},"${name}":${value}}`
      assert.deepEqual(await assertSameOutcome(text), [name, 'is there twice'])
    }
    const node = '{"count":0,"hash":0,"count":0}'
    const twice = joinParts(replaceNode(currentParts(), 0, node))
    assert.deepEqual(await assertSameOutcome(twice), ['nodes[0]', 'has two attributes "count"'])
  })

  it('refuses the older forms where only current ones are taken', async () => {
    const text = textOf(makeSmallTree(), { form: 'documented' })
    const [place, reason] = (await assertSameOutcome(text, 'current')) as [string, string]
    assert.equal(place, 'nodes[0]')
    assert.match(reason, /as text, as in the documented form/)
    assert.ok(!Array.isArray(await assertSameOutcome(text)))
  })

  it('refuses bytes that are no VelocyPack, and says why', () => {
    const bytes = bytesOf(makeSmallTree(), 'current')
    for (const broken of [Buffer.alloc(0), bytes.subarray(0, -1), Buffer.concat([bytes, bytes])]) {
      assert.throws(
        () => parseTreeVelocyPack(broken),
        (error) => {
          assert.ok(error instanceof TreeFormatError)
          assert.equal(error.message, 'Cannot read a revision tree: bytes are not VelocyPack')
          return error.cause instanceof VelocyPackError
        },
      )
    }
  })

  it('refuses values that are no object, and types that JSON does not have', () => {
    for (const value of ['01', '02 03 31', '18', '40', '1e']) {
      assert.throws(() => parseTreeVelocyPack(Buffer.from(value.replaceAll(' ', ''), 'hex')), {
        code: 'ERR_TREE_FORMAT',
        message: 'Cannot read a revision tree: bytes are not an object',
      })
    }
    const date = Buffer.from('14144776657273696f6e1c000000000000000001', 'hex')
    assert.throws(() => parseTreeVelocyPack(date), {
      place: 'version',
      reason: 'is not the number 1',
    })
  })

  it('throws nothing but errors of trees for changed bytes', () => {
    const bytes = bytesOf(makeSmallTree(), 'onlyPopulated')
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = Buffer.from(bytes)
        for (const [offset, byte] of changes) changed[offset] = byte
        try {
          parseTreeVelocyPack(changed)
        } catch (error) {
          assert.ok(error instanceof TreeFormatError || error instanceof TreeError, String(error))
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('reads a view into other memory', () => {
    const tree = makeSmallTree()
    const bytes = Buffer.concat([Buffer.alloc(5), bytesOf(tree, 'current'), Buffer.alloc(3)])
    assertSameTree(parseTreeVelocyPack(new Uint8Array(bytes).subarray(5, -3)).tree, tree)
  })
})
