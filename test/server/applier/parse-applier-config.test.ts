import assert from 'node:assert/strict'
import { APPLIER_DEFAULTS, type ApplierConfig } from '../../../lib/server/applier/applier-config.js'
import { describeConfig, formatConfig } from '../../../lib/server/applier/format-config.js'
import { parseApplierConfig, readConfig } from '../../../lib/server/applier/parse-applier-config.js'
import { RequestError } from '../../../lib/server/request-error.js'
import { formatExactJson } from '../../../lib/streams/index.js'
import type { JsonObject } from '../../../lib/wire/index.js'

const ENDPOINT = 'tcp://127.0.0.1:8529'
const ELSEWHERE = 'tcp://127.0.0.2:8529'

function parse(body: JsonObject, before = APPLIER_DEFAULTS): ApplierConfig {
  return parseApplierConfig({ endpoint: before.endpoint ?? ENDPOINT, ...body }, before, 'd')
}

function assertRefused(body: JsonObject): void {
  assert.throws(
    () => parse(body),
    (error) => error instanceof RequestError && error.status === 400 && error.errorNum === 1410,
    JSON.stringify(body),
  )
}

/** All that is not as it is without any configuration. */
function changesOf(config: ApplierConfig): Record<string, unknown> {
  const defaults = Object.entries(APPLIER_DEFAULTS)
  const known = new Map(defaults.map(([name, value]) => [name, JSON.stringify(value)]))
  const changed = Object.entries(config).filter(
    ([name, value]) => known.get(name) !== JSON.stringify(value),
  )
  return Object.fromEntries(changed)
}

describe('parseApplierConfig()', () => {
  it('takes an endpoint alone, and the database that is followed into', () => {
    assert.deepEqual(changesOf(parse({})), { endpoint: ENDPOINT, database: 'd' })
  })

  it('names no database of a follower of all databases', () => {
    const config = parseApplierConfig(
      { endpoint: ENDPOINT, database: 'x' },
      APPLIER_DEFAULTS,
      undefined,
    )
    assert.equal(config.database, undefined)
  })

  for (const [name, value] of [
    ['database', 'other'],
    ['requestTimeout', 0.5],
    ['connectTimeout', 2],
    ['ignoreErrors', 7],
    ['maxConnectRetries', 0],
    ['connectionRetryWaitTime', 0.01],
    ['lockTimeoutRetries', 3],
    ['sslProtocol', 5],
    ['chunkSize', 4_194_304],
    ['skipCreateDrop', true],
    ['autoStart', true],
    ['adaptivePolling', false],
    ['autoResync', true],
    ['autoResyncRetries', 9],
    ['maxPacketSize', 1],
    ['includeSystem', false],
    ['includeFoxxQueues', true],
    ['requireFromPresent', false],
    ['verbose', true],
    ['incremental', true],
    ['initialSyncMaxWaitTime', 10],
    ['idleMinWaitTime', 0.1],
    ['idleMaxWaitTime', 60],
  ] as const) {
    it(`takes ${name}, and keeps it when others are given`, () => {
      const config = parse({ [name]: value })
      const expected = { endpoint: ENDPOINT, database: 'd', [name]: value }
      assert.deepEqual(changesOf(config), expected)
      const other = name === 'chunkSize' ? 'sslProtocol' : 'chunkSize'
      const changed = parseApplierConfig({ [other]: 17, [name]: null }, config, 'd')
      assert.deepEqual([changed[name], changed[other]], [value, 17])
    })
  }

  it('takes a restriction, which is as one', () => {
    const restriction = { restrictType: 'exclude', restrictCollections: ['b', 'a', 'b'] }
    const { restrictType, restrictCollections } = parse(restriction)
    assert.deepEqual([restrictType, restrictCollections], ['exclude', ['b', 'a']])
    const none = { restrictType: 'none', restrictCollections: [] }
    assert.equal(parseApplierConfig(none, parse(restriction), 'd').restrictType, '')
  })

  it('ignores all errors where it says so, or what the original answers for that', () => {
    for (const ignoreErrors of [true, 18_446_744_073_709_551_615]) {
      assert.equal(parse({ ignoreErrors }).ignoreErrors, Infinity)
    }
    assert.equal(parse({ ignoreErrors: false }).ignoreErrors, 0)
  })

  for (const name of [
    'connectionRetryWaitTime',
    'initialSyncMaxWaitTime',
    'idleMinWaitTime',
    'idleMaxWaitTime',
  ] as const) {
    it(`passes over a ${name} that is not above 0`, () => {
      const config = parse({ [name]: 7 })
      for (const value of [0, -1]) {
        assert.equal(parse({ [name]: value })[name], APPLIER_DEFAULTS[name])
        assert.equal(parse({ [name]: value }, config)[name], 7)
      }
    })
  }

  for (const body of [
    { endpoint: '' },
    { endpoint: 7 },
    { endpoint: 'nowhere' },
    { endpoint: 'tcp://user:word@127.0.0.1' },
    { database: 7 },
    { database: '..' },
    { username: 7 },
    { username: 'u', password: {} },
    { jwt: 'a b' },
    { requestTimeout: 0 },
    { requestTimeout: '600' },
    { connectTimeout: -1 },
    { connectTimeout: 2 ** 31 },
    { connectTimeout: NaN },
    { maxConnectRetries: -1 },
    { maxConnectRetries: 1.5 },
    { maxConnectRetries: 2 ** 53 },
    { chunkSize: true },
    { ignoreErrors: -1 },
    { ignoreErrors: 'all' },
    { autoStart: 1 },
    { restrictType: 'some' },
    { restrictType: 'include' },
    { restrictCollections: ['c'] },
    { restrictType: 'include', restrictCollections: 'c' },
    { idleMinWaitTime: 'soon' },
    { idleMaxWaitTime: Infinity },
  ]) {
    it(`refuses ${JSON.stringify(body)}`, () => {
      assertRefused(body)
    })
  }

  it('needs an endpoint', () => {
    assert.throws(() => parseApplierConfig({}, APPLIER_DEFAULTS, 'd'), /no endpoint configured/)
  })

  it('looks at own attributes only', () => {
    const body = JSON.parse('{"__proto__":{"chunkSize":1}}') as JsonObject
    assert.equal(parse(body).chunkSize, 0)
  })

  describe('of credentials', () => {
    const ann = { username: 'ann', password: 'secret' }

    it('takes a name and its password, or a token', () => {
      assert.deepEqual(parse(ann).secret, ann)
      assert.deepEqual(parse({ jwt: 'a.b.c' }).secret, { jwt: 'a.b.c' })
      assert.deepEqual(parse({ ...ann, jwt: 'a.b.c' }).secret, ann)
      assert.deepEqual(parse({ password: 'of nobody' }).secret, {})
    })

    const rows: readonly (readonly [string, JsonObject, object])[] = [
      ['keeps them where it says nothing', { chunkSize: 1 }, ann],
      ['keeps them where it says the same', { endpoint: ENDPOINT, username: 'ann' }, ann],
      ['takes a new password', { password: 'new' }, { username: 'ann', password: 'new' }],
      [
        'forgets the password of another name',
        { username: 'eve' },
        { username: 'eve', password: '' },
      ],
      ['forgets both where it says that there is none', { username: '' }, {}],
      ['takes a token in their place', { jwt: 'a.b.c' }, { jwt: 'a.b.c' }],
      ['keeps them where it names the same database', { database: 'd' }, ann],
      ['does not read another database with them', { database: 'other' }, {}],
      ['takes those for another database', { database: 'other', ...ann }, ann],
      ['does not show them to another server', { endpoint: ELSEWHERE }, {}],
      ['takes those for another server', { endpoint: ELSEWHERE, ...ann }, ann],
      [
        'does not show a password to another server',
        { endpoint: ELSEWHERE, username: 'ann' },
        { username: 'ann', password: '' },
      ],
    ]
    for (const [what, body, secret] of rows) {
      it(what, () => {
        assert.deepEqual(parseApplierConfig(body, parse(ann), 'd').secret, secret)
      })
    }

    it('keeps those of all databases, whatever database a body names', () => {
      const before = parseApplierConfig({ endpoint: ENDPOINT, ...ann }, APPLIER_DEFAULTS, undefined)
      assert.deepEqual(parseApplierConfig({ database: 'x' }, before, undefined).secret, ann)
    })
  })
})

describe('describeConfig()', () => {
  it('tells nothing that is secret, and formatConfig() all', () => {
    const password = 'hunter2'
    const named = parse({ username: 'ann', password })
    assert.ok(!formatExactJson(describeConfig(named)).includes(password))
    assert.equal(describeConfig(named)['username'], 'ann')
    assert.equal(formatConfig(named)['password'], password)
    const bearer = parse({ jwt: password })
    assert.ok(!formatExactJson(describeConfig(bearer)).includes(password))
    assert.equal(formatConfig(bearer)['jwt'], password)
  })

  it('answers a number where all errors are ignored, as the original does', () => {
    const text = formatExactJson(describeConfig(parse({ ignoreErrors: true })))
    assert.match(text, /"ignoreErrors":18446744073709551615,/)
  })
})

describe('readConfig()', () => {
  it('reads what formatConfig() wrote', () => {
    for (const config of [
      parse({}),
      parse({ ignoreErrors: true, username: 'ann', password: 'x', autoStart: true }),
      parse({ jwt: 'a.b.c', restrictType: 'include', restrictCollections: ['c'], chunkSize: 9 }),
    ]) {
      const kept = JSON.parse(formatExactJson(formatConfig(config))) as JsonObject
      assert.deepEqual(readConfig(kept, 'd'), config)
    }
  })
})
