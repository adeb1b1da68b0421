import assert from 'node:assert/strict'
import { formatExamination } from '../../lib/cli/doctor-report.js'
import type { ServerExamination } from '../../lib/remote/index.js'

const NOTHING_KNOWN: ServerExamination = {
  address: 'https://db.example',
  server: {
    product: 'arangodb',
    productVersion: undefined,
    version: undefined,
    license: undefined,
    engine: undefined,
    serverId: undefined,
    role: undefined,
    isReadOnly: undefined,
    isInMaintenance: undefined,
    dbServers: [],
  },
  caller: { kind: 'user', name: 'a\nb', isAdministrator: undefined, databases: undefined },
  database: {
    name: 'shop',
    isThere: true,
    grant: undefined,
    collections: undefined,
    collectionsByRevision: undefined,
    hiddenCollections: undefined,
  },
  dialects: {
    batchState: undefined,
    dumpLines: undefined,
    dumpLinesUnasked: undefined,
    dumpVelocyPack: undefined,
    revisionTrees: undefined,
    treeVelocyPack: undefined,
    treeUnasked: undefined,
    revisionsAsHlc: undefined,
    keys: undefined,
    parallelDump: undefined,
    parallelDumpOfBatch: undefined,
    log: undefined,
    logFirstTick: undefined,
    logLastTick: undefined,
    restore: undefined,
    applier: undefined,
  },
  clock: undefined,
  tls: undefined,
  verdicts: [],
}

/** The row about one thing. */
function rowAbout(title: string, changes: Partial<ServerExamination>): string | undefined {
  const text = formatExamination({ ...NOTHING_KNOWN, ...changes })
  const line = text.split('\n').find((row) => row.startsWith(`${title} `))
  return line?.slice(title.length).trim()
}

describe('formatExamination()', () => {
  it('says what is not known, and guesses nothing', () => {
    const text = formatExamination(NOTHING_KNOWN)
    const unknown = text.split('\n').filter((line) => line.endsWith('  not known'))
    const names = unknown.map((line) => line.replace(/ {2,}not known$/, ''))
    assert.deepEqual(names, [
      'state',
      'databases',
      'dump',
      'trees',
      'parallel dump',
      'log',
      'keys',
      'restore calls',
      'applier',
      'clock',
    ])
    assert.match(text, /ArangoDB of a version that it does not tell$/m)
    assert.match(text, /user "a\\u\{a\}b"$/m)
  })

  it('tells how far a clock is ahead or behind', () => {
    const clock = (differenceMs: number, uncertaintyMs: number): string | undefined =>
      rowAbout('clock', { clock: { differenceMs, uncertaintyMs } })
    assert.equal(clock(-20, 400), 'as here (± 400 ms)')
    assert.equal(clock(2500, 400), '2.5 s ahead of the one here (± 400 ms)')
    assert.equal(clock(-90_000, 1000), '1 min 30 s behind the one here (± 1.0 s)')
  })

  it('tells of the certificate', () => {
    const tls = {
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      subject: 'db.example',
      issuer: undefined,
      names: ['DNS:db.example'],
      validFrom: undefined,
      validTo: '2027-01-01T00:00:00.000Z',
    }
    const until = 'valid until 2027-01-01T00:00:00.000Z'
    const wanted = `TLSv1.3, TLS_AES_256_GCM_SHA384, certificate of db.example by ?, ${until}`
    assert.equal(rowAbout('TLS', { tls }), wanted)
  })

  it('tells who asks', () => {
    const caller = (facts: Partial<ServerExamination['caller']>): string | undefined =>
      rowAbout('caller', { caller: { ...NOTHING_KNOWN.caller, ...facts } })
    assert.match(caller({ kind: 'nobody' }) ?? '', /^nobody; the server asks for no credentials$/)
    assert.match(
      caller({ kind: 'superuser', isAdministrator: true }) ?? '',
      /^a superuser, by a token of servers, administrator$/,
    )
    assert.match(caller({ name: 'ann', isAdministrator: false }) ?? '', /, no administrator$/)
  })

  it('tells what is odd about a server', () => {
    const { server, database, dialects } = NOTHING_KNOWN
    const state = { ...server, isReadOnly: true, isInMaintenance: true }
    assert.equal(rowAbout('state', { server: state }), 'read only, in maintenance')
    const hidden = { ...database, grant: 'none' } as const
    assert.equal(rowAbout('this one', { database: hidden }), 'shop is not yours to read')
    const partly = { ...database, grant: 'ro', collections: 1, hiddenCollections: 3 } as const
    const told = 'shop may be read, 1 collection, 0 with trees; 3 are hidden'
    assert.equal(rowAbout('this one', { database: partly }), told)
    const trees = { ...dialects, revisionTrees: true, revisionsAsHlc: false }
    assert.equal(rowAbout('trees', { dialects: trees }), 'JSON; revisions as documents have them')
    const log = { ...dialects, log: false, logLastTick: '7' }
    assert.equal(rowAbout('log', { dialects: log }), 'up to tick 7, not to be read')
    const parallel = { ...dialects, parallelDumpOfBatch: true }
    assert.equal(rowAbout('parallel dump', { dialects: parallel }), 'yes, of the moment of a batch')
  })

  it('names some databases, and counts the others', () => {
    const databases = Array.from({ length: 12 }, (_, index) => ({
      name: `d${index}`,
      grant: index === 1 ? undefined : ('ro' as const),
    }))
    const row = rowAbout('databases', { caller: { ...NOTHING_KNOWN.caller, databases } }) ?? ''
    assert.match(row, /^d0 \(ro\), d1 \(\?\), /)
    assert.match(row, /, d9 \(ro\), 2 others$/)
  })

  it('tells that nothing may be read', () => {
    const caller = { ...NOTHING_KNOWN.caller, databases: [] }
    assert.equal(rowAbout('databases', { caller }), 'none')
  })
})
