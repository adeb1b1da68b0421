import assert from 'node:assert/strict'
import type { ServerExamination } from '../../lib/remote/index.js'
import { startLeader, type Leader } from '../../lib/server/index.js'
import {
  COORDINATOR,
  guarded,
  MODERN,
  OLD,
  refusal,
  withMadeUp,
  type MadeUpAnswers,
} from '../remote/examine/made-up-server.js'
import { FIRST } from '../server/support/certificates.js'
import { openTestStore, startTestLeader } from '../server/support/test-leader.js'
import { runInProcess } from './support/run-in-process.js'
import type { Outcome } from './support/run-tidemark.js'

const environment = { TIDEMARK_USERNAME: 'root', TIDEMARK_PASSWORD: 'secret' }

/** Runs the command against a server that is made up. */
async function doctor(answers: MadeUpAnswers, ...flags: readonly string[]): Promise<Outcome> {
  let outcome: Outcome | undefined
  await withMadeUp(guarded(answers), async ({ address }) => {
    const url = `${address.url}/_db/${address.database}`
    outcome = await runInProcess(['doctor', url, ...flags], { environment })
  })
  return outcome ?? assert.fail()
}

/** The rows of the tables, with one blank between two columns. */
function rowsOf({ stdout }: Outcome): readonly string[] {
  return stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))
}

function assertRows(outcome: Outcome, wanted: readonly string[]): void {
  assert.equal(outcome.stderr, '')
  assert.equal(outcome.exitCode, 0)
  const rows = rowsOf(outcome)
  for (const row of wanted) assert.ok(rows.includes(row), `${row}\n${outcome.stdout}`)
}

describe('tidemark doctor', () => {
  it('tells people of a server of 3.12.10', async () => {
    assertRows(await doctor(MODERN), [
      'about | found',
      'server | ArangoDB 3.12.10, a single server, rocksdb, id 41873120939',
      'state | can be written to',
      'caller | user "root", administrator',
      'databases | _system (rw), shop (rw)',
      'this one | shop may be changed, 2 collections, 2 with trees',
      'dump | lines of document, VelocyPack too; not asked for a form: type,data',
      'trees | VelocyPack; not asked for a form: leaves; revisions as HLC',
      'log | from tick 5 up to tick 1001',
      'applier | no',
      'TLS | none',
      'what | works | remark',
      'dump | yes',
      'parallel dump | partly | it has a moment of its own: while nothing is written, or where the log is followed',
      'sync and restore into it | yes',
    ])
  })

  it('tells nobody the password', async () => {
    for (const flags of [[], ['--json'], ['--json', '--dbserver', 'PRMR-1']]) {
      const { stdout, stderr } = await doctor(MODERN, ...flags)
      assert.ok(stdout.includes('root'))
      assert.equal(`${stdout}${stderr}`.includes('secret'), false)
    }
  })

  it('tells people of a server of 3.7', async () => {
    assertRows(await doctor(OLD), [
      'server | ArangoDB 3.7.18, a single server, rocksdb, id 41873120939',
      'dump | lines of type,data; not asked for a form: type,data',
      'trees | no',
      'applier | yes',
      'sync --incremental, by trees | no | there are no trees before 3.8',
      'sync --incremental, by keys | yes',
    ])
  })

  it('tells people of a coordinator, and of a server behind it', async () => {
    assertRows(await doctor(COORDINATOR), [
      'server | ArangoDB 3.12.10, a coordinator of a cluster, rocksdb, id 41873120939',
      'DB servers | PRMR-1, PRMR-2',
      'tail | no | a cluster has no log that can be followed',
    ])
    assertRows(await doctor(COORDINATOR, '--dbserver', 'PRMR-2'), [
      'dump | partly | of a cluster, the shards of one DB server at a time',
    ])
  })

  for (const compat of ['documented', 'arangodb'] as const) {
    it(`tells programs of a tidemark leader in the form ${compat}, null for what is not known`, async () => {
      const test = await startTestLeader({ compat })
      try {
        const { exitCode, stdout, stderr } = await runInProcess(['doctor', test.url, '--json'])
        assert.deepEqual([exitCode, stderr], [0, ''])
        const found = JSON.parse(stdout) as ServerExamination
        assert.deepEqual(Object.keys(found), [
          'address',
          'server',
          'caller',
          'database',
          'dialects',
          'clock',
          'tls',
          'verdicts',
        ])
        assert.equal(found.tls, null)
        assert.equal(found.server.product, 'tidemark')
        assert.equal(found.server.isInMaintenance, null)
        assert.equal(found.dialects.treeUnasked, compat === 'documented' ? 'levels' : 'leaves')
        assert.deepEqual(found.verdicts[0], { task: 'dump', verdict: 'yes', reason: null })
      } finally {
        await test.close()
      }
    })
  }

  it('says in one line that there is no server', async () => {
    const test = await startTestLeader()
    await test.close()
    const { exitCode, stdout, stderr } = await runInProcess(['doctor', test.url])
    assert.deepEqual([exitCode, stdout], [1, ''])
    const said = `tidemark: Cannot examine the server at ${test.url}: the connection was refused\n`
    assert.equal(stderr, said)
  })

  it('says that the password is wrong, and what tells it', async () => {
    await withMadeUp(guarded(MODERN), async ({ address: { url } }) => {
      const wrong = { ...environment, TIDEMARK_PASSWORD: 'wrong' }
      const { exitCode, stderr } = await runInProcess(['doctor', url], { environment: wrong })
      assert.equal(exitCode, 1)
      const [line, hint, ...rest] = stderr.split('\n')
      const reason = 'the username or the password, or the token, was refused'
      assert.equal(line, `tidemark: Cannot examine the server at ${url}: ${reason}`)
      assert.match(hint ?? '', /^hint: TIDEMARK_USERNAME/)
      assert.deepEqual(rest, [''])
    })
  })

  it('says in one line that it is something else', async () => {
    const page = { headers: { 'content-type': 'text/html' }, body: '<html>\n</html>' }
    for (const [answer, reason] of [
      [page, 'the answer is not JSON'],
      [{ ...page, status: 403 }, 'the server answered with status 403'],
      [refusal(500, 0, 'x'), 'the server answered with status 500: x'],
    ] as const) {
      await withMadeUp({ 'GET /_api/version': answer }, async ({ address: { url } }) => {
        const { exitCode, stderr } = await runInProcess(['doctor', url])
        assert.equal(exitCode, 1)
        const said = `it is neither ArangoDB nor tidemark (/_api/version: ${reason})`
        assert.equal(stderr, `tidemark: Cannot examine the server at ${url}: ${said}\n`)
      })
    }
  })

  it('says that a certificate is not trusted, and what makes it so', async () => {
    const { store, close } = await openTestStore()
    const leader: Leader = await startLeader({ store, port: 0, auth: { kind: 'off' }, tls: FIRST })
    try {
      const { exitCode, stderr } = await runInProcess(['doctor', leader.url])
      assert.equal(exitCode, 1)
      const [line, hint] = stderr.split('\n')
      const reason = 'its certificate is self-signed'
      assert.equal(line, `tidemark: Cannot examine the server at ${leader.url}: ${reason}`)
      assert.match(hint ?? '', /^hint: NODE_EXTRA_CA_CERTS names a file/)
    } finally {
      await leader.close()
      await close()
    }
  })

  it('takes nothing but a server', async () => {
    const { exitCode, stderr } = await runInProcess(['doctor', 'store:./x'])
    assert.equal(exitCode, 2)
    const reason = 'it is no server, http://HOST:PORT[/_db/NAME]'
    assert.equal(stderr, `tidemark: Cannot examine store:./x: ${reason}\n`)
  })
})
