import assert from 'node:assert/strict'
import { openRemote } from '../../lib/remote/index.js'
import type { Source } from '../../lib/replica/index.js'
import { startFaultyProxy, type Fault } from '../support/faulty-proxy.js'
import { fillCollection, startTestLeader, type TestLeader } from '../server/support/test-leader.js'

const START = 'POST /_api/dump/start'
const NEXT = 'POST /_api/dump/next/'
const END = 'DELETE /_api/dump/'
const NAME = 'things'
/** More than are read the plain way. */
const DOCUMENTS = 2100
/** Makes batches of 32 KiB. */
const OPTIONS = { maxInFlightBytes: 64 * 1024 }

/** Which answers are dropped: those of a kind, counted from 0. */
interface Loss {
  readonly of: (name: string) => boolean
  readonly which: (index: number) => boolean
  readonly where: 'before' | 'inside'
}

describe('A parallel dump whose answers are lost', () => {
  let leader: TestLeader
  let documents: readonly string[]

  before(async () => {
    leader = await startTestLeader()
    documents = (await fillCollection(leader.store, NAME, DOCUMENTS, { filler: 'ü' })).documents
  })

  after(async () => {
    await leader.close()
  })

  /** What comes through a proxy that drops answers, and the requests that it took. */
  async function read(loss: Loss): Promise<{ text: string; names: readonly string[] }> {
    let index = -1
    const dropped = new Set<number>()
    const proxy = await startFaultyProxy(leader.url, ({ name }): Fault | undefined => {
      if (!loss.of(name)) return undefined
      index += 1
      if (!loss.which(index) || dropped.has(index)) return undefined
      dropped.add(index)
      return { kind: 'cut', where: loss.where }
    })
    const source = open(proxy.url)
    try {
      const text = await dumpNamed(source)
      assert.ok(dropped.size > 0, 'an answer was dropped')
      return { text, names: proxy.names }
    } finally {
      await source.close()
      proxy.close()
    }
  }

  const EACH: Readonly<Record<string, Pick<Loss, 'of' | 'which'>>> = {
    'of the start': { of: (name) => name === START, which: (index) => index === 0 },
    'of the first batch': { of: (name) => name.startsWith(NEXT), which: (index) => index === 0 },
    'of every second batch': {
      of: (name) => name.startsWith(NEXT),
      which: (index) => index % 2 === 1,
    },
    'of every request, once': {
      of: (name) => name.startsWith(NEXT),
      which: (index) => index % 3 < 2,
    },
    'of the end': { of: (name) => name.startsWith(END), which: (index) => index === 0 },
  }
  for (const [title, loss] of Object.entries(EACH)) {
    for (const where of ['before', 'inside'] as const) {
      it(`gives each document once, lost ${where === 'before' ? 'whole' : 'half'}: ${title}`, async () => {
        const { text, names } = await read({ ...loss, where })
        assert.deepEqual(text.split('\n'), [...documents, ''], 'nothing missing, nothing twice')
        assert.ok(names.filter((name) => name.startsWith(NEXT)).length > 4)
        assert.ok(names.some((name) => name.startsWith(END)))
        assert.ok(!names.includes('GET /_api/replication/dump'))
      })
    }
  }
})

function open(url: string): Source {
  return openRemote(
    { kind: 'remote', url, database: '_system' },
    { parallelDump: 'exact', retryDelayMs: 1, retries: 5 },
  )
}

async function dumpNamed(source: Source): Promise<string> {
  const snapshot = await source.openSnapshot()
  const { collections } = await snapshot.inventory()
  const found = collections.find(({ definition }) => definition.name === NAME)
  assert.ok(found !== undefined)
  const blocks: Buffer[] = []
  for await (const { chunk } of snapshot.dump(found.definition, OPTIONS)) blocks.push(chunk.buffer)
  await snapshot.close()
  return Buffer.concat(blocks).toString()
}
