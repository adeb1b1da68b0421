import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import Assembler from 'stream-json/core/assembler.js'
import { jsonParser as coreParser } from 'stream-json/core/parser.js'
import jsonParser from 'stream-json/parser.js'
import {
  formatTree,
  formatTreeVelocyPack,
  parseTree,
  parseTreeVelocyPack,
  type MerkleTree,
} from '../../lib/merkle/index.js'
import type { InterleaveOptions } from '../support/interleave.js'
import { compareSpeed, type Ratio } from '../support/ratio.js'

/** Bytes of the blocks in which an answer comes from a socket. */
const BLOCK_BYTES = 64 * 1024
const FORMS = ['onlyPopulated', 'current'] as const

/** What stream-json makes of a tree. */
interface AssembledTree {
  readonly count: number
  readonly nodes: readonly { readonly count?: number }[]
}

/**
 * Compares reading the answer to `revisions/tree` with what stream-json makes of its JSON: the
 * parser as a stream with packed values alone, and the assembler on its tokens.
 */
export async function compareTreeReaders(
  tree: MerkleTree,
  options?: InterleaveOptions,
): Promise<readonly Ratio[]> {
  const ratios: Ratio[] = []
  for (const form of FORMS) ratios.push(...(await compareForm(tree, form, options)))
  return ratios
}

async function compareForm(
  tree: MerkleTree,
  form: (typeof FORMS)[number],
  options: InterleaveOptions | undefined,
): Promise<readonly Ratio[]> {
  const blocks = cut(Buffer.from([...formatTree(tree, { form })].join('')))
  const packed = Buffer.concat([...formatTreeVelocyPack(tree, { form })])
  const text = blocks.map((block) => block.toString())
  const peer = (): Promise<AssembledTree> => assembleStream(blocks)
  for (const read of [await peer(), assemble(text)]) {
    assert.equal(read.count, tree.count)
    assert.equal(
      read.nodes.reduce((sum, { count = 0 }) => sum + count, 0),
      tree.count,
    )
  }
  assertSame(parseTreeVelocyPack(packed).tree, tree)
  assertSame((await parseTree(blocks)).tree, tree)
  const name = `tree answer (${form})`
  return [
    await compareSpeed(
      { name: `${name}, VelocyPack: stream-json`, bar: 10 },
      () => parseTreeVelocyPack(packed),
      peer,
      options,
    ),
    await compareSpeed(
      { name: `${name}, JSON: stream-json`, bar: 2 },
      () => parseTree(blocks),
      peer,
      options,
    ),
    await compareSpeed(
      { name: `${name}, JSON: stream-json without streams` },
      () => parseTree(blocks),
      () => assemble(text),
      options,
    ),
  ]
}

function assertSame(read: MerkleTree, tree: MerkleTree): void {
  assert.deepEqual([read.count, read.hash, read.rangeMin], [tree.count, tree.hash, tree.rangeMin])
}

/** As its users read large JSON. */
async function assembleStream(blocks: readonly Buffer[]): Promise<AssembledTree> {
  const tokens = jsonParser.asStream({ packValues: true, streamValues: false })
  const assembler = Assembler.connectTo<AssembledTree>(tokens)
  Readable.from(blocks, { objectMode: false }).pipe(tokens)
  await finished(tokens)
  assert(assembler.current !== null)
  return assembler.current
}

/** Without the streams that most of its time goes into. */
function assemble(text: readonly string[]): AssembledTree {
  const parse = coreParser({ packValues: true, streamValues: false })
  const assembler = new Assembler<AssembledTree>()
  for (const block of text) {
    const answer = parse(block)
    if (typeof answer === 'symbol') continue
    for (const token of answer.values) assembler.consume(token)
  }
  assert(assembler.current !== null)
  return assembler.current
}

function cut(bytes: Buffer): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / BLOCK_BYTES) }, (_, index) =>
    bytes.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES),
  )
}
