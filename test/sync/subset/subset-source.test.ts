import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import fc from 'fast-check'
import type { Source } from '../../../lib/replica/index.js'
import {
  SubsetError,
  subsetSource,
  type SubsetDirection,
  type SubsetOptions,
} from '../../../lib/sync/index.js'
import { createScriptedSource, type ScriptedCollection } from '../../support/scripted-source.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

const vertex = (key: string): string => `{"_key":"${key}"}`
const edge = (key: string, from: string, to: string): string =>
  `{"_key":"${key}","_from":"${from}","_to":"${to}"}`

/** a -> b -> c -> d in one collection, with another one from it, and one aside. */
const CHAIN: readonly ScriptedCollection[] = [
  { name: 'p', chunks: [['a', 'b'].map(vertex), ['c', 'd', 'lone'].map(vertex)] },
  { name: 'things', chunks: [['x', 'y'].map(vertex)] },
  { name: 'words', chunks: [['w'].map(vertex)] },
  { name: '_graphs', chunks: [['g'].map(vertex)] },
  {
    name: 'knows',
    type: 3,
    chunks: [[edge('1', 'p/a', 'p/b'), edge('2', 'p/b', 'p/c')], [edge('3', 'p/c', 'p/d')]],
  },
  { name: 'has', type: 3, chunks: [[edge('h', 'p/b', 'things/x'), edge('l', 'p/a', 'p/a')]] },
]

/** Keys of each collection, in order; those that are empty are left out. */
async function keysOf(source: Source): Promise<Record<string, readonly string[]>> {
  const snapshot = await source.openSnapshot()
  const found: Record<string, readonly string[]> = {}
  try {
    for (const { definition } of (await snapshot.inventory()).collections) {
      const keys: string[] = []
      for await (const { chunk } of snapshot.dump(definition)) {
        for (const document of chunk.documents()) keys.push(String(document['_key']))
      }
      if (keys.length > 0) found[definition.name] = keys
    }
    return found
  } finally {
    await snapshot.close()
  }
}

describe('subsetSource()', () => {
  const { at } = useTemporaryDirectory()

  const subset = (
    options: Partial<SubsetOptions>,
    collections = CHAIN,
  ): Promise<Record<string, readonly string[]>> =>
    keysOf(
      subsetSource(createScriptedSource(collections), { start: ['p/a'], steps: 1, ...options }),
    )

  it('keeps the start alone without a step, and the edges between', async () => {
    assert.deepEqual(await subset({ steps: 0 }), { p: ['a'], _graphs: ['g'], has: ['l'] })
  })

  it('goes over as many edges as it is told', async () => {
    assert.deepEqual(await subset({ steps: 2 }), {
      p: ['a', 'b', 'c'],
      things: ['x'],
      _graphs: ['g'],
      knows: ['1', '2'],
      has: ['h', 'l'],
    })
    assert.deepEqual((await subset({ steps: 9 }))['p'], ['a', 'b', 'c', 'd'])
  })

  it('goes one way, the other way, or both', async () => {
    const p = async (direction: SubsetDirection): Promise<unknown> =>
      (await subset({ start: ['p/b'], direction }))['p']
    assert.deepEqual(await p('out'), ['b', 'c'])
    assert.deepEqual(await p('in'), ['a', 'b'])
    assert.deepEqual(await p('any'), ['a', 'b', 'c'])
  })

  it('follows chosen edges alone, but keeps all that join what is kept', async () => {
    const found = await subset({ start: ['p/b', 'things/x'], edges: ['knows'] })
    assert.deepEqual(found['p'], ['a', 'b', 'c'])
    assert.deepEqual(found['has'], ['h', 'l'])
    const other = await subset({ start: ['p/b'], edges: ['has'] })
    assert.deepEqual([other['p'], other['things'], other['knows']], [['b'], ['x'], undefined])
  })

  it('begins at the documents that a function tells', async () => {
    const start = (document: Readonly<Record<string, unknown>>, collection: string): boolean =>
      collection === 'p' && document['_key'] === 'd'
    assert.deepEqual((await subset({ start }))['p'], ['c', 'd'])
  })

  it('keeps what has nothing to do with edges when it is told to', async () => {
    const found = await subset({ steps: 0, keepOthers: true })
    assert.deepEqual([found['words'], found['things']], [['w'], undefined])
    const begun = await subset({ start: ['words/w'], steps: 0, keepOthers: true }, [
      ...CHAIN.slice(0, 2),
      { name: 'words', chunks: [['v', 'w'].map(vertex)] },
    ])
    assert.deepEqual(begun, { p: ['a', 'b', 'c', 'd', 'lone'], things: ['x', 'y'], words: ['w'] })
  })

  it('finds what a walk by hand finds', async () => {
    const nodes = fc.integer({ min: 0, max: 11 })
    const graph = fc.array(fc.tuple(nodes, nodes), { maxLength: 25 })
    const direction = fc.constantFrom<SubsetDirection>('out', 'in', 'any')
    const property = fc.asyncProperty(
      graph,
      fc.array(nodes, { minLength: 1, maxLength: 2 }),
      fc.nat(4),
      direction,
      async (pairs, starts, steps, way) => {
        const idOf = (node: number): string => `${node % 2 === 0 ? 'even' : 'odd'}/${node}`
        const edges = pairs.map(([from, to], key) => edge(String(key), idOf(from), idOf(to)))
        const all = Array.from({ length: 12 }, (_, node) => String(node))
        const collections: ScriptedCollection[] = [
          { name: 'even', chunks: [all.filter((_, node) => node % 2 === 0).map(vertex)] },
          { name: 'odd', chunks: [all.filter((_, node) => node % 2 === 1).map(vertex)] },
          { name: 'e', type: 3, chunks: edges.length === 0 ? [] : [edges] },
        ]
        const options = { start: starts.map(idOf), steps, direction: way }
        const found = await subset(options, collections)
        const reached = walk(pairs, starts, steps, way)
        const vertices = [...(found['even'] ?? []), ...(found['odd'] ?? [])].map(Number)
        assert.deepEqual(new Set(vertices), reached)
        const kept = pairs.flatMap(([from, to], key) =>
          reached.has(from) && reached.has(to) ? [String(key)] : [],
        )
        assert.deepEqual(found['e'] ?? [], kept)
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })

  it('tells of what there is to begin at that does not exist', async () => {
    const source = createScriptedSource(CHAIN)
    const notices: string[] = []
    const part = subsetSource(source, { start: ['p/a', 'p/none'], steps: 0 })
    part.onNotice = ({ message }) => notices.push(message)
    await keysOf(part)
    assert.deepEqual(notices, ['there is no document "p/none" to begin the subset at'])
    const missing = subset({ start: ['none/a'] })
    await assert.rejects(missing, (error) => error instanceof SubsetError)
    await assert.rejects(subset({ edges: ['p'] }), /no edge collection "p"/)
  })

  it('refuses at the call what cannot be', () => {
    const source = createScriptedSource([])
    for (const wrong of [
      { start: ['p'] },
      { start: ['/a'] },
      { start: [] },
      { steps: -1 },
      { steps: 0.5 },
      { direction: 'both' as SubsetDirection },
    ]) {
      assert.throws(
        () => subsetSource(source, { start: ['p/a'], steps: 1, ...wrong }),
        RangeError,
        JSON.stringify(wrong),
      )
    }
  })

  it('leaves nothing behind, also where the source fails', async () => {
    await subset({ scratchDirectory: at('') })
    assert.deepEqual(await readdir(at('')), [])
    const failing: ScriptedCollection = {
      name: 'knows',
      type: 3,
      chunks: [() => Promise.reject(new Error('the wire broke'))],
    }
    await assert.rejects(
      subset({ scratchDirectory: at('') }, [...CHAIN.slice(0, 1), failing]),
      /wire broke/,
    )
    assert.deepEqual(await readdir(at('')), [])
  })

  it('leaves out lines that are no edges, and ends that name nothing', async () => {
    const odd = ['{"_key":"n"}', '{"_key":"o","_from":1,"_to":"p/a"}', edge('q', 'p/a', 'zz')]
    const escaped = '{"_key":"r","\\u005ffrom":"p\\/a","_to":"p/b"}'
    const found = await subset({}, [
      ...CHAIN.slice(0, 1),
      { name: 'knows', type: 3, chunks: [[...odd, escaped]] },
    ])
    assert.deepEqual(found['p'], ['a', 'b'])
    assert.deepEqual(found['knows'], ['q', 'r'])
  })

  it('reads each collection of a server once', async () => {
    const source = createScriptedSource(CHAIN)
    const served: Source = { ...source, address: 'http://127.0.0.1:8529' }
    const start = (document: Readonly<Record<string, unknown>>): boolean => document['_key'] === 'a'
    const found = await keysOf(subsetSource(served, { start, steps: 2, keepOthers: true }))
    assert.deepEqual(found['p'], ['a', 'b', 'c'])
    assert.deepEqual(found['words'], ['w'])
    const read = source.log.filter((line) => / \d+$/.test(line))
    assert.deepEqual(new Set(read).size, read.length, read.join())
  })
})

/** The nodes within so many steps, by hand. */
function walk(
  pairs: readonly (readonly [number, number])[],
  starts: readonly number[],
  steps: number,
  way: SubsetDirection,
): ReadonlySet<number> {
  let reached = new Set(starts)
  for (let step = 0; step < steps; step += 1) {
    const next = new Set(reached)
    for (const [from, to] of pairs) {
      if (way !== 'in' && reached.has(from)) next.add(to)
      if (way !== 'out' && reached.has(to)) next.add(from)
    }
    reached = next
  }
  return reached
}
