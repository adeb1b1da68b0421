/*
 * A process that writes with all its might is killed at random moments, several times. Whatever it
 * said was written must be there, and the tables of every collection must agree: its tree is the one
 * of its documents, without having been built again.
 */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Store } from '../../lib/store/index.js'
import { parseRevision, revision, type Revision } from '../../lib/values/index.js'
import { linesOf, reread, revisionText, systemOf } from './support/documents.js'
import type { Acknowledged } from './support/kill-writer.js'
import { countRows, readMarkers } from './support/markers.js'
import { checkTree, pagesOf } from './support/trees.js'
import { useStore } from './support/use-store.js'

const WRITER = new URL('./support/kill-writer.js', import.meta.url)
const ROUNDS = 6
const MESSAGES_MAX = 60

describe('a store whose process is killed', () => {
  const { path, open, withTables } = useStore()

  it('has every acknowledged write, and tables that agree', async () => {
    /** The newest revision of each key that was acknowledged. */
    const expected = new Map<string, Revision>()
    for (let round = 0; round < ROUNDS; round += 1) {
      await writeAndKill(round, expected)
      const notices: string[] = []
      const store = await open({ onNotice: ({ message }) => notices.push(message) })
      await checkDocuments(store, expected)
      for (const collection of store.collections(systemOf(store))) {
        await checkTree(store, collection)
      }
      assert.deepEqual(notices, [])
      await store.purged()
      const spaces = checkedSpaces(store)
      const { lastTick } = store
      await store.close()
      await withTables((tables) => {
        for (const { space, documents } of spaces) {
          assert.deepEqual(countRows(tables, space), { documents, keys: documents })
        }
        const used = new Set(spaces.map(({ space }) => space))
        for (let space = 1; space < 400; space += 1) {
          if (!used.has(space)) {
            assert.deepEqual(countRows(tables, space), { documents: 0, keys: 0 })
            assert.deepEqual(pagesOf(tables, space), [])
          }
        }
        assert.equal(readMarkers(tables).at(-1)?.tick, lastTick)
      })
    }
    assert.ok(expected.size > 100)
  })

  async function writeAndKill(round: number, expected: Map<string, Revision>): Promise<void> {
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const
    const child = fork(WRITER, [path(), String(round)], { stdio: [...stdio] })
    const exited = once(child, 'exit')
    await readMessages(child, 1 + Math.floor(Math.random() * MESSAGES_MAX), expected)
    child.kill('SIGKILL')
    const [, signal] = (await exited) as [number | null, string | null]
    assert.equal(signal, 'SIGKILL', 'it did not end by itself')
  }

  /** Takes in what the child tells; goes on taking after `count` messages, until it is dead. */
  async function readMessages(
    child: ChildProcess,
    count: number,
    expected: Map<string, Revision>,
  ): Promise<void> {
    let seen = 0
    await new Promise<void>((resolve) => {
      child.on('message', ({ written }: Acknowledged) => {
        for (const [key, number] of written) {
          const made = parseRevision(revisionText(number))
          const known = expected.get(key)
          if (known === undefined || made > known) expected.set(key, made)
        }
        seen += 1
        if (seen === count) resolve()
      })
      child.once('exit', () => {
        resolve()
      })
    })
  }

  async function checkDocuments(store: Store, expected: Map<string, Revision>): Promise<void> {
    const collection = store.collection(systemOf(store), 'docs')
    assert.ok(collection)
    const lines = await linesOf(store, collection)
    const found = new Map<string, Revision>()
    for (const line of lines) {
      const document = JSON.parse(line) as { _key: string; _rev: string }
      assert.ok(!found.has(document._key), 'one row for each key')
      found.set(document._key, parseRevision(document._rev))
    }
    assert.equal(reread(store, collection).documents, lines.length)
    for (const [key, made] of expected) {
      // A write that was on its way may have come through too.
      assert.ok((found.get(key) ?? revision(0n)) >= made, `the acknowledged revision of ${key}`)
    }
  }

  function checkedSpaces(store: Store): { space: number; documents: number }[] {
    return store.collections(systemOf(store)).map(({ space, documents }) => ({ space, documents }))
  }
})
