import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { hostileBytes } from '../support/hostile-lines.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { MAIN } from './support/program-file.js'
import { PROCESS_TIMEOUT_MS } from './support/run-tidemark.js'

const run = promisify(execFile)

describe('tidemark pipe between other programs', () => {
  const { at } = useTemporaryDirectory()
  const shell = async (script: string): Promise<{ stdout: string; stderr: string }> => {
    const env = { ...process.env, NODE: process.execPath, MAIN, DIR: at('.') }
    return run('bash', ['-o', 'pipefail', '-c', script], { env })
  }

  it('stands between gunzip and gzip', async () => {
    const input = hostileBytes()
    await writeFile(at('in.gz'), gzipSync(input))
    const { stderr } = await shell(
      'gunzip -c "$DIR/in.gz" | "$NODE" "$MAIN" pipe | gzip > "$DIR/out.gz"',
    )
    assert.equal(stderr, '')
    assert.equal(sha(gunzipSync(await readFile(at('out.gz')))), sha(input))
  }).timeout(PROCESS_TIMEOUT_MS)

  it('is quiet when head has seen enough', async () => {
    // What feeds it is told so by a signal, which is not of interest here.
    const feed = '(yes \'{"_key":"a"}\' || true)'
    for (const flags of ['', '--out json']) {
      const { stdout, stderr } = await shell(`${feed} | "$NODE" "$MAIN" pipe ${flags} | head -n 2`)
      assert.equal(stdout.split('\n').length, 3)
      assert.equal(stderr, '')
    }
  }).timeout(PROCESS_TIMEOUT_MS)

  it('fails when a transform ends the process, or waits for what never comes', async () => {
    const bodies = { exit: 'process.exit(0)', wait: 'return new Promise(() => undefined)' }
    for (const [name, body] of Object.entries(bodies)) {
      await writeFile(at(`${name}.mjs`), `export default { document() { ${body} } }`)
      const script = `echo '{"_key":"a"}' | "$NODE" "$MAIN" pipe --transform "$DIR/${name}.mjs"`
      await assert.rejects(shell(script), (error: { code: number; stderr: string }) => {
        assert.equal(error.code, 1)
        assert.match(error.stderr, /^tidemark: Cannot finish the command: its process was ended/m)
        return true
      })
    }
  }).timeout(PROCESS_TIMEOUT_MS)

  it('fails when its output cannot be written', async () => {
    const failed = shell('echo x | "$NODE" "$MAIN" pipe > /dev/full')
    await assert.rejects(failed, (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 1)
      assert.equal(
        error.stderr,
        'tidemark: Cannot write to stdout: there is no space left on its disk\n',
      )
      return true
    })
  }).timeout(PROCESS_TIMEOUT_MS)
})

function sha(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
