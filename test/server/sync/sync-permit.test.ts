import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createMaySyncFrom, SYNC_FROM_DEFAULT } from '../../../lib/server/sync/sync-permit.js'

/** Hosts that are allowed, the host and port that are asked for, the address that would be connected to. */
type Row = readonly [permits: readonly string[], host: string, port: number, address: string]

function mayConnect([permits, host, port, address]: Row): boolean {
  return createMaySyncFrom(permits)(address, { host, port })
}

describe('createMaySyncFrom()', () => {
  const allowed: readonly Row[] = [
    [SYNC_FROM_DEFAULT, 'localhost', 1, '127.0.0.1'],
    [SYNC_FROM_DEFAULT, 'localhost', 1, '::1'],
    [SYNC_FROM_DEFAULT, '127.9.9.9', 1, '127.9.9.9'],
    [SYNC_FROM_DEFAULT, 'me.example', 1, '127.0.0.1'],
    [SYNC_FROM_DEFAULT, 'me.example', 1, '::ffff:127.0.0.1'],
    [['db.example'], 'db.example', 1, '10.0.0.1'],
    [['DB.example.'], 'db.example', 1, '2001:db8::1'],
    [['db.example:8529'], 'db.example', 8529, '192.0.2.1'],
    [['a', 'localhost', '10.0.0.1'], 'b', 1, '10.0.0.1'],
    [['10.0.0.1'], 'b', 1, '::ffff:10.0.0.1'],
    [['[2001:db8::1]:80'], '2001:db8::1', 80, '2001:DB8:0::1'],
    [['[fe80::1]'], 'fe80::1', 1, 'fe80::1%eth0'],
    [['169.254.169.254'], '169.254.169.254', 80, '169.254.169.254'],
    [['127.0.0.1:8529'], 'localhost', 8529, '127.0.0.1'],
  ]
  for (const row of allowed) {
    it(`allows ${row[1]}:${row[2]} at ${row[3]} where ${row[0].join()} are allowed`, () => {
      assert.equal(mayConnect(row), true)
    })
  }

  const refused: readonly Row[] = [
    [[], 'localhost', 1, '127.0.0.1'],
    [SYNC_FROM_DEFAULT, 'localhost', 1, '10.0.0.1'],
    [SYNC_FROM_DEFAULT, '10.0.0.1', 1, '10.0.0.1'],
    [SYNC_FROM_DEFAULT, '0.0.0.0', 1, '0.0.0.0'],
    [SYNC_FROM_DEFAULT, '::', 1, '::'],
    [SYNC_FROM_DEFAULT, 'a', 1, '::127.0.0.1'],
    [SYNC_FROM_DEFAULT, 'a', 1, '169.254.169.254'],
    [['db.example'], 'other.example', 1, '10.0.0.1'],
    [['db.example'], 'a.db.example', 1, '10.0.0.1'],
    [['db.example'], 'db.example', 1, '127.0.0.1'],
    [['db.example'], 'db.example', 1, '::1'],
    [['db.example'], 'db.example', 1, '0.0.0.0'],
    [['db.example'], 'db.example', 1, '169.254.169.254'],
    [['db.example'], 'db.example', 1, '::ffff:169.254.169.254'],
    [['db.example'], 'db.example', 1, '64:ff9b::a9fe:a9fe'],
    [['db.example'], 'db.example', 1, 'fe80::1'],
    [['db.example'], 'db.example', 1, 'fe80::1%eth0'],
    [['db.example'], 'db.example', 1, 'fd00:ec2::254'],
    [['db.example'], 'db.example', 1, '224.0.0.1'],
    [['db.example'], 'db.example', 1, '255.255.255.255'],
    [['db.example'], 'db.example', 1, 'ff02::1'],
    [['db.example:8529'], 'db.example', 22, '192.0.2.1'],
    [['localhost:8529'], 'localhost', 22, '127.0.0.1'],
    [['127.0.0.1'], 'localhost', 1, '127.0.0.2'],
    [['10.0.0.1'], '10.0.0.1', 1, '10.0.0.2'],
  ]
  for (const row of refused) {
    it(`refuses ${row[1]}:${row[2]} at ${row[3]} where ${row[0].join()} are allowed`, () => {
      assert.equal(mayConnect(row), false)
    })
  }

  it('lets no name lead to loopback or the link, whatever it is', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    const special = fc.oneof(
      fc.tuple(byte, byte, byte).map((bytes) => [127, ...bytes].join('.')),
      fc.tuple(byte, byte).map((bytes) => [169, 254, ...bytes].join('.')),
    )
    fc.assert(
      fc.property(special, fc.boolean(), (address, isMapped) => {
        const shown = isMapped ? `::ffff:${address}` : address
        return !mayConnect([['a.example'], 'a.example', 1, shown])
      }),
    )
  })

  for (const host of [
    '',
    ':80',
    'a:0',
    'a:65536',
    'a:b',
    'http://a',
    'a/b',
    'u@a',
    '127.1',
    '::1',
  ]) {
    it(`refuses to allow ${JSON.stringify(host)}`, () => {
      assert.throws(() => createMaySyncFrom([host]), {
        name: 'RangeError',
        message: `Cannot allow synchronisations from "${host}": it is not HOST or HOST:PORT`,
      })
    })
  }
})
