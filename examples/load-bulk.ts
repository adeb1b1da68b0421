/*
 * Loads the documents of a dump into something else that takes them in batches over HTTP, lines of JSON
 * each: a search engine, a warehouse. Attributes are picked and flattened on the way; the Writable at
 * the end is all that has to be written for another target.
 *
 *     node dist/examples/load-bulk.js ./dump people http://127.0.0.1:9200/people name,address.city
 */
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openDirectory, type Source } from 'tidemark'
import type { EntryChunk } from 'tidemark/streams'
import { flatten, project, transformEntries } from 'tidemark/transform'

const BATCH_DOCUMENTS = 500
const [directory, collection, url, paths] = process.argv.slice(2)

/** The chunks of one collection; asked for one at a time, so that no more than that is in memory. */
async function* readCollection(source: Source, name: string): AsyncGenerator<EntryChunk> {
  const snapshot = await source.openSnapshot()
  try {
    for (const { definition } of (await snapshot.inventory()).collections) {
      if (definition.name !== name) continue
      for await (const { chunk } of snapshot.dump(definition)) yield chunk
    }
  } finally {
    await snapshot.close()
  }
}

/** Posts documents in batches; a slow target makes all that is before it wait. */
class BulkWriter extends Writable {
  readonly #url: string
  #batch: string[] = []
  documents = 0

  constructor(target: string) {
    super({ objectMode: true, highWaterMark: 1 })
    this.#url = target
  }

  override _write(chunk: EntryChunk, _encoding: string, done: (error?: Error) => void): void {
    this.#take(chunk).then(() => {
      done()
    }, done)
  }

  override _final(done: (error?: Error) => void): void {
    this.#post().then(() => {
      done()
    }, done)
  }

  async #take(chunk: EntryChunk): Promise<void> {
    for (const document of chunk.documents()) {
      this.#batch.push(`${JSON.stringify(document)}\n`)
      if (this.#batch.length === BATCH_DOCUMENTS) await this.#post()
    }
  }

  async #post(): Promise<void> {
    if (this.#batch.length === 0) return
    const headers = { 'content-type': 'application/x-ndjson' }
    const reply = await fetch(this.#url, { method: 'POST', headers, body: this.#batch.join('') })
    if (!reply.ok) throw new Error(`The target answered ${reply.status}`)
    this.documents += this.#batch.length
    this.#batch = []
  }
}

if (directory === undefined || collection === undefined || url === undefined) {
  console.error('usage: load-bulk DIRECTORY COLLECTION URL [PATHS]')
  process.exitCode = 2
} else {
  const source = await openDirectory(directory)
  const target = new BulkWriter(url)
  const picked = paths === undefined ? [] : [project(paths.split(','))]
  try {
    await pipeline(
      Readable.from(readCollection(source, collection), { highWaterMark: 1 }),
      transformEntries([...picked, flatten()]),
      target,
    )
    console.log(`${target.documents} documents loaded`)
  } finally {
    await source.close()
  }
}
