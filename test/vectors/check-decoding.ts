import assert from 'node:assert/strict'
import { decodeTree, parseTree, TreeError, TreeFormatError, type MerkleTree } from 'tidemark/merkle'
import type { Checks } from './checks.js'
import { metaOf, type TreeMeta } from './tree-state.js'

/** Inputs of the readers, good and bad. */
export interface DecodingVectors {
  readonly decodeBinary?: readonly (Told & { readonly base64: string })[]
  readonly decodeJson?: readonly (Told & { readonly json: string })[]
}

interface Told {
  readonly name: string
  /** `null` and `throws` are two ways of the original to refuse. */
  readonly expected: { readonly result: 'ok' | 'null' | 'throws'; readonly meta?: TreeMeta }
}

/** Checks what the readers make of each input. */
export async function checkDecoding(checks: Checks, vectors: DecodingVectors): Promise<void> {
  const { decodeBinary = [], decodeJson = [] } = vectors
  for (const told of decodeBinary) {
    const bytes = Buffer.from(told.base64, 'base64')
    await checks.check(`binary ${told.name}`, () =>
      assertResult(told, () => Promise.resolve().then(() => decodeTree(bytes))),
    )
  }
  for (const told of decodeJson) {
    const read = async (): Promise<MerkleTree> =>
      (await parseTree([Buffer.from(told.json)], { generation: 'current' })).tree
    await checks.check(`JSON ${told.name}`, () => assertResult(told, read))
  }
}

async function assertResult({ expected }: Told, read: () => Promise<MerkleTree>): Promise<void> {
  if (expected.result !== 'ok') {
    await assert.rejects(
      read,
      (error) => error instanceof TreeFormatError || error instanceof TreeError,
    )
    return
  }
  assert.deepEqual(metaOf(await read()), expected.meta)
}
