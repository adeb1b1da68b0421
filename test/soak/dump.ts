/*
 * A collection that is much larger than the heap of any process is restored into a leader, dumped, piped
 * through a transform, and restored again: no process grows with it, and every document is there.
 */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { MAIN } from '../cli/support/program-file.js'
import { watchAnonymousMemory, type MemoryWatch } from '../support/anonymous-memory.js'

const HEAP_MEGABYTES = 96
const DOCUMENT_BYTES = 1000
const BLOCK_DOCUMENTS = 256
/** One in so many documents is left out by the transform. */
const DROPPED_EVERY = 10
const BLOCK_BYTES = 256 * 1024
const PASSWORD = 'correct horse battery staple'
const NAME = 'people'
const STEM = `${NAME}_${createHash('md5').update(NAME).digest('hex')}`
const TRANSFORM = `export default {
  document(document) {
    if (document.number % ${DROPPED_EVERY} === 0) return undefined
    document.name = document.name.toUpperCase()
    return document
  },
}
`

/** How {@link soakDump} works. */
export interface DumpSoakOptions {
  /** For all files; empty. */
  readonly directory: string
  /** Of the collection. */
  readonly megabytes: number
  /** Hears of each step that is done. */
  readonly onStep?: ((step: string, megabytes: number) => void) | undefined
}

/** What was done, and seen. */
export interface DumpSoakFigures {
  readonly documents: number
  /** The largest RssAnon of any process. */
  readonly peakMegabytes: number
}

/** Dumps and restores; throws an AssertionError when documents are missing. */
export async function soakDump(options: DumpSoakOptions): Promise<DumpSoakFigures> {
  const { directory, megabytes } = options
  const documents = Math.ceil((megabytes * 1e6) / DOCUMENT_BYTES)
  const at = (name: string): string => join(directory, name)
  await writeDump(at('generated'), documents)
  await writeFile(at('transform.mjs'), TRANSFORM)
  const watched = new Processes(options.onStep)
  const leader = await watched.serve(at('store'))
  try {
    await watched.run('restore', [at('generated'), leader.url])
    await watched.run('dump', [leader.url, at('dumped')])
    await pipeDump(watched, at('dumped'), at('piped'), at('transform.mjs'))
    const second = `${leader.url}/_db/second`
    await watched.run('restore', [at('piped'), second, '--create-database'])
    assert.equal(await countOf(leader.url), documents)
    const kept = documents - Math.ceil(documents / DROPPED_EVERY)
    assert.equal(await countOf(second), kept)
    const last = (await ask(`${second}/_api/document/${NAME}/k1`)) as { name: string }
    assert.equal(last.name, 'PERSON 1')
  } finally {
    await leader.stop()
  }
  return { documents, peakMegabytes: watched.peakMegabytes }
}

/** Everything of the dump goes over, its documents through a pipe. */
async function pipeDump(
  processes: Processes,
  from: string,
  to: string,
  transform: string,
): Promise<void> {
  await mkdir(to)
  for (const file of ['dump.json', 'ENCRYPTION', `${STEM}.structure.json`]) {
    await copyFile(join(from, file), join(to, file))
  }
  const data = `${STEM}.data.json.gz`
  const child = processes.start('pipe', ['--transform', transform])
  const { stdin, stdout } = child
  assert.ok(stdin !== null && stdout !== null)
  await Promise.all([
    pipeline(createReadStream(join(from, data)), createGunzip({ chunkSize: BLOCK_BYTES }), stdin),
    pipeline(stdout, createGzip({ level: 1 }), createWriteStream(join(to, data))),
    processes.end('pipe', child),
  ])
}

/** Processes with a small heap, whose memory is watched. */
class Processes {
  readonly #onStep: DumpSoakOptions['onStep']
  readonly #watches = new Map<ChildProcess, MemoryWatch>()

  constructor(onStep: DumpSoakOptions['onStep']) {
    this.#onStep = onStep
  }

  get peakMegabytes(): number {
    return Math.max(...[...this.#watches.values()].map(({ peakMegabytes }) => peakMegabytes))
  }

  start(command: string, words: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [MAIN, command, ...words], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: `--max-old-space-size=${HEAP_MEGABYTES}`,
        TIDEMARK_ROOT_PASSWORD: PASSWORD,
        TIDEMARK_USERNAME: 'root',
        TIDEMARK_PASSWORD: PASSWORD,
      },
    })
    this.#watches.set(child, watchAnonymousMemory(child))
    return child
  }

  /** Runs a command to its end. */
  async run(command: string, words: readonly string[]): Promise<void> {
    const child = this.start(command, words)
    child.stdin?.end()
    child.stdout?.resume()
    await this.end(command, child)
  }

  async end(command: string, child: ChildProcess): Promise<void> {
    const said = text(child.stderr ?? Readable.from([]))
    await once(child, 'close')
    const watch = this.#watches.get(child)
    watch?.stop()
    assert.equal(child.exitCode, 0, `${command}: ${await said}`)
    this.#onStep?.(command, watch?.peakMegabytes ?? 0)
  }

  async serve(store: string): Promise<{ url: string; stop: () => Promise<void> }> {
    const child = this.start('serve', ['--store', store, '--port', '0'])
    assert.ok(child.stdout !== null)
    child.stderr?.resume()
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM')
      await this.end('serve', child)
    }
    return { url: line.replace('tidemark is listening on ', ''), stop }
  }
}

async function writeDump(path: string, documents: number): Promise<void> {
  await mkdir(path)
  await writeFile(join(path, 'dump.json'), '{"database":"_system","lastTickAtDumpStart":"1"}')
  const parameters = { name: NAME, type: 2, globallyUniqueId: `h/${NAME}` }
  const structure = JSON.stringify({ indexes: [], parameters })
  await writeFile(join(path, `${STEM}.structure.json`), structure)
  const data = createWriteStream(join(path, `${STEM}.data.json`))
  await pipeline(Readable.from(blocksOf(documents)), data)
}

function* blocksOf(documents: number): Generator<Buffer> {
  const filler = 'The quick brown fox jumps over the lazy dog. '.repeat(DOCUMENT_BYTES / 45)
  let block = ''
  for (let number = 0; number < documents; number += 1) {
    const head = `{"_key":"k${number}","number":${number},"name":"person ${number}","text":"`
    block += `${head}${filler.slice(head.length + 3)}"}\n`
    if ((number + 1) % BLOCK_DOCUMENTS > 0 && number + 1 < documents) continue
    yield Buffer.from(block)
    block = ''
  }
}

async function countOf(database: string): Promise<number> {
  return ((await ask(`${database}/_api/collection/${NAME}/count`)) as { count: number }).count
}

async function ask(url: string): Promise<unknown> {
  const authorization = `Basic ${btoa(`root:${PASSWORD}`)}`
  const reply = await fetch(url, { headers: { authorization } })
  assert.equal(reply.status, 200, url)
  return reply.json()
}
