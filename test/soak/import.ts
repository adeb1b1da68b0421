/*
 * Imports that are much larger than the heap of the leader, as lines and as one array: its memory does
 * not grow with them, and every document is there.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { anonymousMegabytes, watchAnonymousMemory } from '../support/anonymous-memory.js'
import { LeaderChild, send } from './leader-child.js'

const HEAP_MEGABYTES = 48
const DOCUMENT_BYTES = 16_000
const BLOCK_DOCUMENTS = 16

type ImportType = 'documents' | 'array'

/** How {@link soakImports} imports. */
export interface ImportSoakOptions {
  /** For the store; empty. */
  readonly directory: string
  /** Of each import. */
  readonly megabytes: number
  /** Default: both. */
  readonly types?: readonly ImportType[] | undefined
}

/** What was done, and seen. */
export interface ImportSoakFigures {
  readonly documents: number
  /** By how much RssAnon of the leader grew at most. */
  readonly grownMegabytes: number
}

/** Imports; throws an AssertionError when documents are missing. */
export async function soakImports(options: ImportSoakOptions): Promise<ImportSoakFigures> {
  const { types = ['documents', 'array'] } = options
  const count = Math.ceil((options.megabytes * 1e6) / DOCUMENT_BYTES)
  const heap = `--max-old-space-size=${HEAP_MEGABYTES}`
  const leader = await LeaderChild.start(join(options.directory, 'leader'), [heap])
  const before = anonymousMegabytes(leader.process.pid)
  const memory = watchAnonymousMemory(leader.process)
  try {
    for (const type of types) {
      await send(`${leader.url}/_api/collection`, 'POST', { body: JSON.stringify({ name: type }) })
      const url = `${leader.url}/_api/import?collection=${type}&type=${type}`
      const body = Readable.from(blocksOf(count, type === 'array'))
      const { created } = (await send(url, 'POST', { body })) as { created: number }
      assert.equal(created, count)
      const counted = await send(`${leader.url}/_api/collection/${type}/count`, 'GET')
      assert.equal((counted as { count: number }).count, count)
    }
    return { documents: types.length * count, grownMegabytes: memory.peakMegabytes - before }
  } finally {
    memory.stop()
    await leader.kill()
  }
}

/** The bytes of an import, some documents at a time. */
function* blocksOf(count: number, isArray: boolean): Generator<Buffer> {
  const filler = 'x'.repeat(DOCUMENT_BYTES)
  let block = isArray ? '[' : ''
  for (let index = 0; index < count; index += 1) {
    const end = isArray ? (index + 1 < count ? ',' : ']') : '\n'
    block += `{"_key":"k${index}","t":"${filler.slice(24)}"}${end}`
    if ((index + 1) % BLOCK_DOCUMENTS > 0 && index + 1 < count) continue
    yield Buffer.from(block)
    block = ''
  }
}
