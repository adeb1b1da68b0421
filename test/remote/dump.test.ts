import assert from 'node:assert/strict'
import { deflateSync, gzipSync } from 'node:zlib'
import type { ServerResponse } from 'node:http'
import { RemoteError } from '../../lib/remote/index.js'
import {
  collectionOf,
  DELETION,
  DUMP,
  dumpHeaders,
  sendError,
  withLeader,
  type Script,
} from '../support/fake-leader.js'
import { dumpFirst } from '../support/remote-dump.js'

const lineOf = (key: number): string => `{"_key":"${key}","text":"${'x'.repeat(key % 50)}"}\n`
const linesOf = (first: number, count: number): string =>
  Array.from({ length: count }, (_, index) => lineOf(first + index)).join('')
/** The documented form, enveloped lines and bare ones. */
const PARTS = [
  '{"tick":"7","type":2300,"key":"a","rev":"-----------","data":{"_key":"a"}}\n',
  '{"type":2300,"data":{"_key":"b"}}\n{"type":2302,"data":{"_key":"c"}}\n',
  linesOf(0, 9000),
]

/** A leader whose first answer of `dump` is made by `send`. */
function firstDump(send: (response: ServerResponse) => void, script: Script = {}): Script {
  let isFirst = true
  return {
    ...script,
    intercept({ name }, response) {
      if (name !== DUMP || !isFirst) return false
      isFirst = false
      send(response)
      return true
    },
  }
}

describe('Snapshot.dump of a server', () => {
  it('reads all parts in order, whatever their form', async () => {
    for (const isTidemark of [true, false]) {
      await withLeader({ isTidemark, parts: PARTS }, async ({ source, names }) => {
        const dump = await dumpFirst(source)
        assert.equal(dump.error, undefined)
        assert.equal(dump.text, PARTS.join(''))
        assert.equal(dump.readBytes, PARTS.join('').length)
        assert.deepEqual(dump.sources, ['/_db/s%2Fp/_api/replication/dump?collection=h1%2Fc'])
        assert.equal(names().filter((name) => name === DUMP).length, 3)
        assert.equal(names().at(-1), DELETION)
      })
    }
  })

  it('asks as followers do: the batch, from, a growing chunkSize, no envelope', async () => {
    await withLeader(
      { version: '3.12.7', parts: ['1', '2', '3'].map(Number).map(lineOf) },
      async ({ source, calls }) => {
        await dumpFirst(source)
        const queries = calls.filter(({ name }) => name === DUMP).map(({ query }) => query)
        const { serverId } = calls[0]?.query ?? {}
        assert.deepEqual(queries[0], {
          collection: 'h1/c',
          serverId,
          batchId: '77',
          includeSystem: 'true',
          useEnvelope: 'false',
          to: '1001',
          from: '0',
          chunkSize: '2097152',
        })
        assert.deepEqual(
          queries.map(({ from }) => from),
          ['0', '2', '3'],
        )
        assert.deepEqual(
          queries.map(({ chunkSize }) => chunkSize),
          ['2097152', '2621440', '3276800'],
        )
      },
    )
  })

  it('sends flush to old leaders only: true at first, then false', async () => {
    await withLeader(
      { version: '3.8.2', parts: [lineOf(1), lineOf(2)] },
      async ({ source, calls }) => {
        await dumpFirst(source)
        const queries = calls.filter(({ name }) => name === DUMP).map(({ query }) => query)
        assert.deepEqual(
          queries.map(({ flush }) => flush),
          ['true', 'false'],
        )
      },
    )
  })

  it('names a collection by its id, or its name, where it has no globallyUniqueId', async () => {
    for (const [parameters, expected] of [
      [{ globallyUniqueId: undefined, cid: '9' }, '9'],
      [{ globallyUniqueId: undefined }, 'c'],
    ] as const) {
      const inventory = { collections: [collectionOf('c', parameters)] }
      await withLeader({ inventory, parts: [lineOf(1)] }, async ({ source, calls }) => {
        await dumpFirst(source)
        assert.equal(calls.find(({ name }) => name === DUMP)?.query['collection'], expected)
      })
    }
  })

  it('asks for no more than may be in flight, and never for more than 10 MiB', async () => {
    const parts = Array.from({ length: 12 }, (_, index) => lineOf(index))
    for (const [maxInFlightBytes, first, last] of [
      [undefined, '2097152', '10485760'],
      [1000, '1000', '1000'],
    ] as const) {
      await withLeader({ parts }, async ({ source, calls }) => {
        assert.equal((await dumpFirst(source, { maxInFlightBytes })).text, parts.join(''))
        const sizes = calls.flatMap(({ name, query }) =>
          name === DUMP ? [query['chunkSize']] : [],
        )
        assert.deepEqual([sizes[0], sizes.at(-1)], [first, last])
      })
    }
  })

  it('gives nothing for an empty collection', async () => {
    await withLeader({ parts: [] }, async ({ source }) => {
      assert.deepEqual(await dumpFirst(source), {
        text: '',
        readBytes: 0,
        sources: [],
        error: undefined,
      })
    })
  })

  it('keeps lines apart where an answer lacks its last newline', async () => {
    await withLeader({ parts: ['{"_key":"1"}', '{"_key":"2"}'] }, async ({ source }) => {
      assert.equal((await dumpFirst(source)).text, '{"_key":"1"}\n{"_key":"2"}\n')
    })
  })

  it('unpacks gzip and deflate, though it asks for neither', async () => {
    const body = linesOf(0, 5000)
    for (const [encoding, packed] of [
      ['gzip', gzipSync(body)],
      ['deflate', deflateSync(body)],
    ] as const) {
      const script = firstDump((response) => {
        response
          .writeHead(200, { ...dumpHeaders(false, 1), 'content-encoding': encoding })
          .end(packed)
      })
      await withLeader(script, async ({ source, calls }) => {
        assert.equal((await dumpFirst(source)).text, body)
        assert.equal(calls.at(-2)?.headers['accept-encoding'], undefined)
      })
    }
  })

  const answers: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ['no checkmore', { 'x-arango-replication-lastincluded': '1' }, /no header .*-checkmore$/],
    ['no lastincluded', { 'x-arango-replication-checkmore': 'true' }, /no header .*-lastincluded$/],
    ['lastincluded as before', dumpHeaders(true, 0), /lastincluded does not grow/],
    [
      'a header of a wrong kind',
      { 'x-arango-replication-checkmore': 'yes' },
      /is not true or false/,
    ],
    [
      'VelocyPack',
      { ...dumpHeaders(false, 1), 'content-type': 'application/x-velocypack' },
      /the answer is VelocyPack, not asked for/,
    ],
    [
      'a page',
      { ...dumpHeaders(false, 1), 'content-type': 'text/html; charset=utf-8' },
      /of type "text\/html" instead of application\/x-arango-dump/,
    ],
    ['unknown packing', { ...dumpHeaders(false, 1), 'content-encoding': 'br' }, /packed as "br"/],
  ]
  for (const [title, headers, reason] of answers) {
    it(`refuses an answer with ${title}, and deletes the batch`, async () => {
      const script = firstDump((response) => response.writeHead(200, headers).end(lineOf(1)))
      await withLeader(script, async ({ source, names }) => {
        const { error } = await dumpFirst(source)
        assert.ok(error instanceof RemoteError)
        assert.deepEqual([error.code, error.errorNum], ['ERR_REMOTE_ANSWER', 1401])
        assert.match(error.message, reason)
        assert.match(error.message, /^Cannot read collection "c" at http:/)
        assert.equal(names().at(-1), DELETION)
      })
    })
  }

  it('refuses a body whose early end could not be seen', async () => {
    const script = firstDump((response) => {
      const head = Object.entries(dumpHeaders(false, 1)).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      )
      response.socket?.end(`HTTP/1.1 200 OK\r\n${head.join('')}\r\n${lineOf(1)}`)
    })
    await withLeader(script, async ({ source }) => {
      const { text, error } = await dumpFirst(source)
      assert.equal(text, '')
      assert.match(String(error), /does not tell its length, so a cut could not be seen/)
    })
  })

  it('tells a batch that is gone from a collection that is not there', async () => {
    for (const [status, errorNum, reason] of [
      [404, 400, /the batch is gone: it expired, or the server was started anew/],
      [404, 1600, /the batch is gone/],
      [404, 1203, /status 404, error 1203: no such thing/],
      [400, 400, /status 400, error 400/],
    ] as const) {
      const script = firstDump((response) => sendError(response, status, errorNum))
      await withLeader(script, async ({ source }) => {
        const { error } = await dumpFirst(source)
        assert.ok(error instanceof RemoteError)
        assert.deepEqual([error.code, error.errorNum], ['ERR_REMOTE_STATUS', errorNum])
        assert.match(error.message, reason)
      })
    }
  })

  it('refuses a closed snapshot at the call', async () => {
    await withLeader({}, async ({ source }) => {
      const snapshot = await source.openSnapshot()
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      await snapshot.close()
      assert.throws(() => snapshot.dump(first.definition), TypeError)
      assert.throws(() => snapshot.inventory(), TypeError)
    })
  })
})
