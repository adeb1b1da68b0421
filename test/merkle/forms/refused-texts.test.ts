import assert from 'node:assert/strict'
import {
  parseTree,
  TreeError,
  TreeFormatError,
  type TreeErrorCode,
} from '../../../lib/merkle/index.js'
import {
  currentParts,
  documentedParts,
  joinParts,
  makeSmallTree,
  replaceNode,
  type TextParts,
} from './text-parts.js'
import { textOf } from './tree-support.js'

async function failureOf(source: Iterable<Uint8Array>): Promise<TreeFormatError | TreeError> {
  const error: unknown = await parseTree(source).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof TreeFormatError || error instanceof TreeError, String(error))
  return error
}

async function assertRefused(text: string, place: string, reason: RegExp): Promise<void> {
  const error = await failureOf([Buffer.from(text)])
  assert.ok(error instanceof TreeFormatError, error.message)
  assert.deepEqual([error.place, error.code], [place, 'ERR_TREE_FORMAT'], error.message)
  assert.match(error.reason, reason)
  assert.equal(error.message, `Cannot read a revision tree: ${place} ${error.reason}`)
}

/** Pieces without end; reading must stop by itself. */
function* endless(start: string, piece: string, piecesMax: number): Generator<Buffer> {
  yield Buffer.from(start)
  const bytes = Buffer.from(piece)
  for (let count = 0; count < piecesMax; count += 1) yield bytes
  assert.fail('reading did not stop')
}

describe('parseTree() with attributes that are wrong', () => {
  const ROWS: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['version', undefined, /^is missing$/],
    ['version', '2', /^is not the number 1$/],
    ['version', '1.0', /^is not the number 1$/],
    ['version', '"1"', /^is not the number 1$/],
    ['maxDepth', undefined, /^is missing$/],
    ['maxDepth', '9', /^is not a number from 0 to 8$/],
    ['maxDepth', '2e0', /^is not a number from 0 to 8$/],
    ['maxDepth', '-2', /^is not a number from 0 to 8$/],
    ['maxDepth', '1e999', /^is not a number from 0 to 8$/],
    ['maxDepth', '"2"', /^is not a number from 0 to 8$/],
    ['rangeMax', undefined, /^is missing$/],
    ['rangeMax', '164', /^is not an encoded revision$/],
    ['rangeMax', '"?"', /^is not an encoded revision$/],
    ['rangeMax', '"N9999999999"', /^is not an encoded revision$/],
    ['rangeMax', '"------------"', /^is not an encoded revision$/],
    ['rangeMin', undefined, /^is missing$/],
    ['rangeMin', 'null', /^is not an encoded revision$/],
    ['rangeMin', '{"a":1}', /^is not an encoded revision$/],
    ['initialRangeMin', undefined, /^is missing$/],
    ['initialRangeMin', '[]', /^is not an encoded revision$/],
    ['count', undefined, /^is missing$/],
    ['count', '4', /^is not that of the nodes$/],
    ['count', '5e0', /^is not an integer up to/],
    ['count', '-5', /^is not an integer up to/],
    ['count', '9007199254740992', /^is not an integer up to/],
    ['count', 'true', /^is not an integer up to/],
    ['hash', undefined, /^is missing$/],
    ['hash', '1', /^is not that of the nodes$/],
    ['hash', '18446744073709551616', /^is not an unsigned 64-bit integer$/],
    ['hash', '1.5', /^is not an unsigned 64-bit integer$/],
    ['hash', '1e3', /^is not an unsigned 64-bit integer$/],
    ['hash', '-1', /^is not an unsigned 64-bit integer$/],
    ['hash', '"1"', /^is not an unsigned 64-bit integer$/],
    ['nodes', undefined, /^is missing$/],
    ['nodes', '{}', /^is not an array$/],
    ['nodes', '"x"', /^is not an array$/],
    ['branchingFactor', '{}', /^is not a number$/],
  ]
  for (const [name, value, reason] of ROWS) {
    it(`refuses ${name} ${value ?? 'left out'}`, async () => {
      await assertRefused(joinParts({ ...currentParts(), [name]: value }), name, reason)
    })
  }

  for (const name of Object.keys(currentParts())) {
    it(`refuses a second ${name}, even of the same value`, async () => {
      const parts = currentParts()
      const text = joinParts(parts).slice(0, -1)
      await assertRefused(`${text},"${name}":${parts[name] as string}}`, name, /^is there twice$/)
    })
  }

  const SHAPES: readonly (readonly [TextParts, TreeErrorCode])[] = [
    [{ maxDepth: '1', nodes: '[]' }, 'ERR_TREE_DEPTH'],
    [{ maxDepth: '0', nodes: '[]' }, 'ERR_TREE_DEPTH'],
    [{ rangeMax: '"_i"' }, 'ERR_TREE_RANGE'],
    [{ rangeMax: '"Aj"' }, 'ERR_TREE_WIDTH'],
    [{ maxDepth: '3' }, 'ERR_TREE_NARROW'],
    [{ rangeMax: '"_-_i"', initialRangeMin: '"_j"' }, 'ERR_TREE_GRID'],
  ]
  for (const [parts, code] of SHAPES) {
    it(`refuses ${JSON.stringify(parts)} with ${code}`, async () => {
      const error = await failureOf([Buffer.from(joinParts({ ...currentParts(), ...parts }))])
      assert.equal(error.code, code)
    })
  }
})

describe('parseTree() with nodes that are wrong', () => {
  const NODES: readonly (readonly [string, RegExp])[] = [
    ['{"count":1}', /^has a count without a hash$/],
    ['{"hash":1}', /^has a hash without a count$/],
    ['{"count":1,"hash":"_"}', /^has a hash of another type/],
    ['{"count":"1","hash":1}', /^has a count that is not an integer/],
    ['{"count":1e3,"hash":1}', /^has a count that is not an integer/],
    ['{"count":1.5,"hash":1}', /^has a count that is not an integer/],
    ['{"count":-1,"hash":1}', /^has a count that is not an integer/],
    ['{"count":9007199254740992,"hash":1}', /^has a count that is not an integer/],
    ['{"count":{},"hash":1}', /^has a count that is not an integer/],
    ['{"count":1,"hash":-1}', /^has a hash that is no 64-bit number/],
    ['{"count":1,"hash":1e3}', /^has a hash that is no 64-bit number/],
    ['{"count":1,"hash":1.5}', /^has a hash that is no 64-bit number/],
    ['{"count":1,"hash":18446744073709551616}', /^has a hash that is no 64-bit number/],
    ['{"count":1,"hash":"?"}', /^has a hash that is no 64-bit number/],
    ['{"count":1,"hash":"N9999999999"}', /^has a hash that is no 64-bit number/],
    ['{"count":1,"hash":null}', /^has a hash that is no 64-bit number/],
    ['{"count":1,"hash":[1]}', /^has a hash that is no 64-bit number/],
    ['{"count":1,"hash":1,"count":1}', /^has two attributes "count"$/],
    ['{"count":1,"hash":1,"hash":1}', /^has two attributes "hash"$/],
    ['{"skip":2,"skip":2}', /^has two attributes "skip"$/],
    ['{"skip":0}', /^skips nothing$/],
    ['{"skip":-1}', /^has a skip that is not an integer/],
    ['{"skip":1.5}', /^has a skip that is not an integer/],
    ['{"skip":1e1}', /^has a skip that is not an integer/],
    ['{"skip":"1"}', /^has a skip that is not an integer/],
    ['{"skip":2,"count":1,"hash":1}', /^has a skip beside other attributes$/],
    ['{"skip":2,"hash":1}', /^has a skip beside other attributes$/],
    ['{"skip":62}', /^is beyond the last node of the tree$/],
    ['{"skip":9007199254740991}', /^is beyond the last node of the tree$/],
  ]
  for (const [node, reason] of NODES) {
    it(`refuses ${node}`, async () => {
      const text = joinParts(replaceNode(currentParts(), 3, node))
      await assertRefused(text, 'nodes[3]', reason)
    })
  }

  for (const item of ['1', 'null', '"x"', '[]']) {
    it(`refuses ${item} among the nodes`, async () => {
      const text = joinParts({ ...currentParts(), nodes: `[{},${item}]` })
      await assertRefused(text, 'nodes[1]', /^is not an object$/)
    })
  }

  it('refuses a node too many', async () => {
    const { nodes = '', ...rest } = currentParts()
    const more = `${nodes.slice(0, -1)},{}]`
    await assertRefused(joinParts({ ...rest, nodes: more }), 'nodes[64]', /^is beyond the last/)
    // The depth comes after the nodes: they can be counted only then.
    await assertRefused(
      joinParts({ nodes: more, ...rest }),
      'nodes',
      /^has 65 nodes, .* at most 64$/,
    )
  })

  it('refuses counts whose sum is beyond exact numbers', async () => {
    const node = '{"count":9007199254740991,"hash":0}'
    const parts = { ...currentParts(), count: '9007199254740991', hash: '0' }
    assert.ok(await parseTree([Buffer.from(joinParts({ ...parts, nodes: `[${node}]` }))]))
    await assertRefused(joinParts({ ...parts, nodes: `[${node},${node}]` }), 'count', /above 2\^53/)
  })

  it('refuses more skips than any tree has leaves before the depth is known', async () => {
    const { nodes, ...rest } = currentParts()
    assert.ok(nodes)
    const text = joinParts({ nodes: '[{"skip":19173961},{}]', ...rest })
    await assertRefused(text, 'nodes[19173961]', /^is beyond the last node/)
  })

  it('stops at nodes without end', async () => {
    const start = '{"maxDepth":3,"nodes":['
    const error = await failureOf(endless(start, '{"count":0,"hash":0},'.repeat(50), 1000))
    assert.match(error.message, /nodes\[512\] is beyond the last node of the tree$/)
  })
})

describe('parseTree() with an older form that is wrong', () => {
  const ROWS: readonly (readonly [TextParts, string, RegExp])[] = [
    [{ branchingFactor: '9' }, 'branchingFactor', /^is not 8$/],
    [{ branchingFactor: '"8"' }, 'branchingFactor', /^is not 8$/],
    [{ count: '5' }, 'count', /^is there although/],
    [{ hash: '5' }, 'hash', /^is there although/],
    [
      { nodes: '[{"hash":"","count":0}]' },
      'nodes',
      /^has 1 nodes, where its depth has exactly 73$/,
    ],
    [{ initialRangeMin: '104' }, 'initialRangeMin', /^is not an encoded revision$/],
    [{ rangeMin: '' }, 'text', /^is not JSON$/],
  ]
  for (const [parts, place, reason] of ROWS) {
    it(`refuses ${JSON.stringify(parts)}`, async () => {
      await assertRefused(joinParts({ ...documentedParts(), ...parts }), place, reason)
    })
  }

  it('refuses a node too many', async () => {
    const { nodes = '', ...rest } = documentedParts()
    const more = `${nodes.slice(0, -1)},{"hash":"","count":0}]`
    await assertRefused(joinParts({ ...rest, nodes: more }), 'nodes[73]', /^is beyond the last/)
  })

  it('refuses nodes that are left out', async () => {
    for (const node of ['{}', '{"skip":1}']) {
      const text = joinParts(replaceNode(documentedParts(), 70, node))
      await assertRefused(text, 'nodes[70]', /^has no count and no hash$/)
    }
  })

  it('refuses a node that is not the sum of its children, on every level', async () => {
    const wrong = '{"hash":"_","count":2}'
    const parts = documentedParts()
    await assertRefused(joinParts(replaceNode(parts, 0, wrong)), 'nodes[0]', /^is not the sum/)
    await assertRefused(joinParts(replaceNode(parts, 1, wrong)), 'nodes[1]', /^is not the sum/)
    await assertRefused(joinParts(replaceNode(parts, 6, wrong)), 'nodes[6]', /^is not the sum/)
    // A leaf counts up to the root.
    await assertRefused(joinParts(replaceNode(parts, 40, wrong)), 'nodes[0]', /^is not the sum/)
    const without = replaceNode(parts, 1, '{"hash":"","count":0}')
    await assertRefused(joinParts(without), 'nodes[1]', /^is not the sum/)
  })
})

describe('parseTree() with text that is no tree', () => {
  const good = textOf(makeSmallTree(), { form: 'onlyPopulated' })
  const ROWS: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /^ends before the tree does$/],
    ['blanks', ' \n ', /^ends before the tree does$/],
    ['an array', '[]', /^is not an object$/],
    ['a text', '"tree"', /^is not an object$/],
    ['null', 'null ', /^is not an object$/],
    ['a page', '<html>', /^is not JSON$/],
    ['a byte order mark', `\ufeff${good}`, /^is not JSON$/],
    ['text after the end', `${good}x`, /^goes on after the end of the tree$/],
    ['a second tree', `${good}\n${good}`, /^goes on after the end of the tree$/],
    ['a brace after the end', `${good}}`, /^goes on after the end of the tree$/],
    ['a trailing comma', good.replace(/\}$/, ',}'), /^is not JSON$/],
    ['a long name', `{"${'n'.repeat(5000)}":1}`, /^has a value of more than 4096 characters$/],
    ['a long number', `{"a":1${'0'.repeat(5000)}}`, /^has a value of more than 4096 characters$/],
    ['deep arrays', `{"a":${'['.repeat(300)}`, /^is nested too deep$/],
    ['deep objects', `{"a":${'{"b":'.repeat(300)}`, /^is nested too deep$/],
  ]
  for (const [title, text, reason] of ROWS) {
    it(`refuses ${title}`, async () => {
      await assertRefused(text, 'text', reason)
    })
  }

  it('refuses bytes that are not UTF-8, in the middle and at the end', async () => {
    for (const bytes of [
      Buffer.from('{"\xff":1}', 'latin1'),
      Buffer.from(`${good}\xc3`, 'latin1'),
    ]) {
      const error = await failureOf([bytes])
      assert.equal(error.message, 'Cannot read a revision tree: text is not UTF-8')
      assert.ok(error.cause instanceof TypeError)
    }
  })

  it('stops at values and blanks without end', async () => {
    const bytes = 'x'.repeat(1000)
    for (const start of ['{"a":"', '{"', `{"rangeMax":"`]) {
      const error = await failureOf(endless(start, bytes, 1000))
      assert.match(error.message, /more than 4096 characters$/)
    }
    const number = await failureOf(endless('{"count":', '1'.repeat(1000), 1000))
    assert.match(number.message, /more than 4096 characters$/)
    const blanks = await failureOf(endless('{', ' '.repeat(1000), 1000))
    assert.match(blanks.message, /more than 4096 characters$/)
  })

  it('never quotes the text', async () => {
    for (const text of ['{"secret', '{"version":"secret"}', '{"nodes":[{"hash":"secret!"}]}']) {
      assert.doesNotMatch((await failureOf([Buffer.from(text)])).message, /secret/)
    }
  })
})
