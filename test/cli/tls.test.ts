import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { TlsError } from '../../lib/server/index.js'
import { nameTlsFile, readTlsFiles } from '../../lib/cli/tls-files.js'
import { FIRST, SECOND } from '../server/support/certificates.js'
import { runInProcess } from './support/run-in-process.js'
import { runTidemark } from './support/run-tidemark.js'

describe('tidemark serve with TLS', () => {
  let directory: string
  let cert: string
  let key: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-tls-'))
    cert = join(directory, 'server.crt')
    key = join(directory, 'server.key')
    await writeFile(cert, FIRST.cert)
    await writeFile(key, FIRST.key)
  })

  afterEach(() => rm(directory, { recursive: true, force: true }))

  function serveLine(...flags: readonly string[]): readonly string[] {
    return ['serve', '--store', join(directory, 'store'), '--port', '0', '--no-auth', ...flags]
  }

  async function isTrusted(url: string, ca: string): Promise<boolean> {
    const sent = request(`${url}/_api/version`, { ca, agent: false })
    sent.end()
    try {
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      response.resume()
      await once(response, 'end')
      return response.statusCode === 200
    } catch {
      return false
    }
  }

  it('serves https, to tidemark too when it trusts the certificate, and reads it again', async () => {
    let told = Promise.resolve()
    const seen: unknown[] = []
    let onReload: () => void = () => undefined
    const reload = async (child: ChildProcess, certificate: string, keyText: string) => {
      await writeFile(cert, certificate)
      await writeFile(key, keyText)
      const reloaded = new Promise<void>((resolve) => (onReload = resolve))
      child.kill('SIGHUP')
      await reloaded
    }
    const look = async (url: string, child: ChildProcess): Promise<void> => {
      const environment = { NODE_EXTRA_CA_CERTS: cert }
      const { exitCode: code } = await runTidemark(['inventory', url], { environment })
      seen.push(code, await isTrusted(url, FIRST.cert))
      await reload(child, SECOND.cert, SECOND.key)
      seen.push(await isTrusted(url, SECOND.cert), await isTrusted(url, FIRST.cert))
      await reload(child, FIRST.cert, SECOND.key)
      seen.push(await isTrusted(url, SECOND.cert))
    }
    const { exitCode, stderr } = await runTidemark(
      serveLine('--tls-cert', cert, '--tls-key', key),
      {
        onStart({ stderr: errors }) {
          assert.ok(errors !== null)
          createInterface({ input: errors }).on('line', (line) => {
            if (line.includes('certificate') || line.includes('for TLS')) onReload()
          })
        },
        onLine(line, child) {
          const url = /https:\S+/.exec(line)?.[0] ?? ''
          told = look(url, child).finally(() => {
            child.kill('SIGINT')
          })
        },
      },
    )
    await told
    assert.deepEqual(seen, [0, true, true, false, true])
    assert.equal(exitCode, 0)
    assert.match(stderr, /the certificate was read again\n/)
    assert.ok(stderr.includes(`warning: tidemark: Cannot use ${key} for TLS: it is not the key of`))
  })

  for (const flag of ['--tls-cert', '--tls-key']) {
    it(`refuses ${flag} alone as wrong usage`, async () => {
      const { exitCode, stderr } = await runInProcess(serveLine(flag, cert))
      assert.equal(exitCode, 2)
      assert.match(stderr, /Cannot serve TLS: --tls-cert and --tls-key go together\n/)
    })
  }

  it('names the file that cannot be read, or is not fit', async () => {
    const rows: readonly (readonly [string, string, string, RegExp])[] = [
      [join(directory, 'none'), key, join(directory, 'none'), /it does not exist/],
      [cert, directory, directory, /EISDIR|directory/],
      [key, key, key, /no certificate in PEM form/],
      [cert, cert, cert, /no private key in PEM form/],
    ]
    for (const [certFile, keyFile, named, reason] of rows) {
      const line = serveLine('--tls-cert', certFile, '--tls-key', keyFile)
      const { exitCode, stdout, stderr } = await runInProcess(line)
      assert.equal(exitCode, 1)
      assert.equal(stdout, '')
      assert.ok(stderr.includes(`Cannot use ${named} for TLS: `), stderr)
      assert.match(stderr, reason)
    }
  })

  it('readTlsFiles() reads nothing where nothing is asked for', () => {
    assert.equal(readTlsFiles({}), undefined)
    assert.deepEqual(readTlsFiles({ tlsCert: cert, tlsKey: key }), {
      cert: Buffer.from(FIRST.cert),
      key: Buffer.from(FIRST.key),
    })
  })

  it('nameTlsFile() leaves other errors as they are', () => {
    const other = new Error('other')
    assert.equal(nameTlsFile(other, { tlsCert: cert }), other)
    const named = nameTlsFile(new TlsError('certificate', 'why'), { tlsCert: cert, tlsKey: key })
    assert.equal((named as Error).message, `Cannot use ${cert} for TLS: why`)
  })
})
