import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { databaseOf, startTestLeader } from '../server/support/test-leader.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { startExample, type RunningExample } from './support/start-example.js'

const BYTES_MAX = 10_000
const FILLER = 'x'.repeat(100)

/** A line of the log. */
interface Line {
  readonly id: string
  readonly kind: string
  readonly key?: string
  readonly document?: { readonly _key: string }
}

describe('examples/audit-log', () => {
  const { at } = useTemporaryDirectory()

  it('has each change on the disk, in files of bounded size, whatever crashes', async () => {
    const { url, store, close } = await startTestLeader()
    const start = (): RunningExample =>
      startExample('audit-log', url, at('audit'), String(BYTES_MAX))
    let example = start()
    try {
      const c = await store.createCollection(databaseOf(store, '_system'), { name: 'c', type: 2 })
      for (let key = 0; key < 300; key += 1) {
        await store.put(c, JSON.stringify({ _key: `k${key}`, filler: FILLER }))
        if (key % 100 === 99) {
          await example.kill()
          example = start()
        }
      }
      const { tick } = await store.put(c, '{"_key":"last"}')
      await example.untilLine((line) => BigInt(line.replace('saved up to ', '')) >= tick)
      await example.kill()
      const files = (await readdir(at('audit'))).filter((name) => name.includes('jsonl'))
      const closed = files.filter((name) => /^audit-\d+\.jsonl\.gz$/.test(name))
      assert.deepEqual(files.toSorted(), [...closed, 'audit.jsonl'].toSorted())
      assert.ok(closed.length >= 3)
      const texts = await Promise.all(
        closed.toSorted().map((name) => readFile(at(`audit/${name}`))),
      )
      const newest = await readFile(at('audit/audit.jsonl'), 'utf8')
      const whole = [...texts.map((bytes) => gunzipSync(bytes).toString()), newest]
      for (const text of whole) assert.ok(text.length < BYTES_MAX + 1000)
      checkLines(whole.join(''))
    } finally {
      await close()
    }
  })
})

/** Lines that a crash has cut are no JSON; what they told comes again behind them. */
function checkLines(text: string): void {
  const events = new Map<string, Line>()
  for (const line of text.split('\n')) {
    if (line.endsWith('}')) {
      const event = JSON.parse(line) as Line
      events.set(event.id, event)
    }
  }
  const keys = [...events.values()].flatMap(({ document }) => document?._key ?? [])
  assert.deepEqual(keys, [...Array.from({ length: 300 }, (_, key) => `k${key}`), 'last'])
}
