import assert from 'node:assert/strict'
import { Command } from 'commander'
import {
  selectionOf,
  withDirectoryFlags,
  type DirectoryFlags,
} from '../../../lib/cli/dump/dump-flags.js'
import { endpointAddress } from '../../../lib/cli/dump/endpoint-address.js'
import { readEnds } from '../../../lib/cli/dump/read-ends.js'
import { UsageError } from '../../../lib/cli/usage-error.js'

function flagsOf(...words: string[]): DirectoryFlags {
  const command = withDirectoryFlags(new Command('x')).exitOverride()
  command.configureOutput({ writeErr: () => undefined })
  return command.parse(words, { from: 'user' }).opts()
}

describe('selectionOf()', () => {
  it('joins what both spellings choose', () => {
    const flags = flagsOf('--collection', 'a', '--collections', 'b, c', '--collection', 'a,d')
    // A name of one flag may have a comma in it.
    assert.deepEqual(selectionOf(flags), { collections: ['a', 'a,d', 'b', 'c'] })
    const spared = { exclude: ['x'], ignoreCollection: ['y', 'x'] }
    assert.deepEqual(selectionOf(spared), { exclude: ['x', 'y'] })
  })

  it('says nothing of what was not asked for', () => {
    assert.deepEqual(selectionOf(flagsOf()), {})
  })

  it('takes both spellings of system collections', () => {
    assert.deepEqual(selectionOf(flagsOf('--include-system')), { includeSystem: true })
    const theirs = flagsOf('--include-system-collections=false')
    assert.deepEqual(selectionOf(theirs), { includeSystem: false })
  })
})

describe('withDirectoryFlags()', () => {
  it('refuses numbers of threads that are none', () => {
    assert.equal(flagsOf('--threads', '8').threads, 8)
    for (const text of ['0', '65', '-1', 'x', '1.5']) {
      assert.throws(() => flagsOf(`--threads=${text}`), /from 1 to 64/)
    }
  })
})

describe('endpointAddress()', () => {
  const rows: readonly (readonly [endpoint: string, address: string])[] = [
    ['tcp://127.0.0.1:8529', 'http://127.0.0.1:8529'],
    ['http+tcp://db:1', 'http://db:1'],
    ['ssl://db.example:443', 'https://db.example:443'],
    ['http+ssl://db', 'https://db'],
    ['http://db:8529/', 'http://db:8529'],
    ['https://[::1]:8529', 'https://[::1]:8529'],
    ['db:8529', 'http://db:8529'],
  ]
  for (const [endpoint, address] of rows) {
    it(`reads ${endpoint}`, () => {
      assert.equal(endpointAddress({ 'server.endpoint': endpoint }), address)
    })
  }

  it('puts database and user into the address', () => {
    const flags = flagsOf(
      ...[
        '--server.endpoint',
        'tcp://db:1',
        '--server.database',
        'a/b',
        '--server.username',
        'x@y',
      ],
    )
    assert.equal(endpointAddress(flags), 'http://x%40y@db:1/_db/a%2Fb')
  })

  it('is undefined where no flag names a server', () => {
    assert.equal(endpointAddress(flagsOf()), undefined)
  })

  it('refuses other protocols, paths, and a database without a server', () => {
    for (const endpoint of ['vst://db', 'h2://db', 'tcp://', 'tcp://db/_db/x', 'unix:///x', '']) {
      assert.throws(() => endpointAddress({ 'server.endpoint': endpoint }), UsageError, endpoint)
    }
    assert.throws(() => endpointAddress({ 'server.database': 'x' }), UsageError)
    assert.throws(() => endpointAddress({ 'server.username': 'x' }), UsageError)
  })

  it('tells nothing of an endpoint with a password', () => {
    assert.throws(() => endpointAddress({ 'server.endpoint': 'tcp://root:hunter2@db:1' }), {
      message: /^Cannot take --server\.endpoint: it is none of tcp:(?!.*hunter2)/,
    })
  })

  it('takes no secret, and does not tell it', () => {
    for (const words of [
      ['--server.password', 'hunter2'],
      ['--server.password=hunter2'],
      ['--server.ask-password', 'true'],
      ['--server.jwt-secret-keyfile', 'hunter2'],
    ]) {
      assert.throws(
        () => endpointAddress(flagsOf(...words)),
        (error: unknown) => {
          assert.ok(error instanceof UsageError)
          assert.match(error.message, /set TIDEMARK_PASSWORD/)
          assert.doesNotMatch(error.message, /hunter2/)
          return true
        },
      )
    }
  })
})

describe('readEnds()', () => {
  const dump = { command: 'dump', first: 'replica', directory: undefined } as const
  const restore = { command: 'restore', first: 'directory', directory: undefined } as const
  const endpoint: DirectoryFlags = { 'server.endpoint': 'tcp://db:1' }
  const ends = { replica: 'http://db:1', directory: 'd' }

  it('takes words in the order of the command', () => {
    assert.deepEqual(readEnds({ ...dump, words: ['r', 'd'] }, {}), { replica: 'r', directory: 'd' })
    assert.deepEqual(readEnds({ ...restore, words: ['d', 'r'] }, {}), {
      replica: 'r',
      directory: 'd',
    })
  })

  it('takes flags in the place of words', () => {
    assert.deepEqual(readEnds({ ...dump, words: ['d', undefined] }, endpoint), ends)
    assert.deepEqual(readEnds({ ...restore, words: ['d', undefined] }, endpoint), ends)
    const both = { ...restore, directory: 'd', words: [undefined, undefined] }
    assert.deepEqual(readEnds(both, endpoint), ends)
    assert.deepEqual(readEnds({ ...dump, directory: 'd', words: ['http://db:1'] }, {}), ends)
  })

  it('says what is missing, or too much', () => {
    const missing = { name: 'UsageError' }
    assert.throws(() => readEnds({ ...dump, words: ['r'] }, {}), /the directory is missing/)
    assert.throws(() => readEnds({ ...dump, words: [] }, {}), /the address of the database/)
    assert.throws(() => readEnds({ ...restore, words: [] }, {}), missing)
    assert.throws(() => readEnds({ ...dump, words: ['r', 'd'] }, endpoint), /"d" names a third/)
  })
})
