import assert from 'node:assert/strict'
import { startLeader } from '../../lib/server/index.js'
import { openStore } from '../../lib/store/index.js'
import type { Chair, ChairConstructor } from './chair.js'

const COLLECTION = 'things'
const WAIT_MS = 30_000
const PROBE_MS = 200
const PUT = 'insert/update'
const REMOVE = 'delete'

/** How many checks did well, and how many did not. */
interface Counts {
  readonly passed: number
  readonly failed: number
}

/** Sends a write to the leader, and fails unless it is done. */
type Write = (method: string, path: string, body?: unknown) => Promise<void>

/** What is written, and what a follower has to be told of it, in order. */
interface Check {
  readonly name: string
  readonly write: (write: Write) => Promise<void>
  /** Lines of {@link Received}. */
  readonly expected: readonly string[]
}

const CHECKS: readonly Check[] = [
  {
    name: 'an insert',
    write: (write) => write('POST', '', { _key: 'a', n: 1 }),
    expected: [`${PUT} a 1`],
  },
  {
    name: 'an update, as the whole document',
    write: (write) => write('PATCH', '/a', { n: 2 }),
    expected: [`${PUT} a 2`],
  },
  {
    name: 'a replacement',
    write: (write) => write('PUT', '/a', { n: 3 }),
    expected: [`${PUT} a 3`],
  },
  {
    name: "a transaction's documents, in order",
    // Three documents of one request are one transaction; quotes and commas must not end a value.
    write: (write) =>
      write('POST', '', [
        { _key: 'b', n: 4 },
        { _key: 'c', n: 5, text: 'x,"y' },
        { _key: 'd', n: 6 },
      ]),
    expected: [`${PUT} b 4`, `${PUT} c 5`, `${PUT} d 6`],
  },
  {
    name: 'a remove',
    write: (write) => write('DELETE', '/a'),
    expected: [`${REMOVE} a`],
  },
  {
    name: "a transaction's removes, in order",
    write: (write) => write('DELETE', '', ['b', 'c']),
    expected: [`${REMOVE} b`, `${REMOVE} c`],
  },
]

/** What was received: `<type> <key> <n>`, and a wait for more of it. */
class Received {
  readonly lines: string[] = []
  #wake: () => void = () => undefined

  constructor(chair: Chair) {
    chair.on(COLLECTION, (document: Buffer, type: string) => {
      const { _key, n } = JSON.parse(document.toString()) as { _key: string; n?: number }
      this.lines.push([type, _key, n].filter((part) => part !== undefined).join(' '))
      this.#wake()
    })
  }

  /** Resolves once there are `count` lines, or after a time, with what there is. */
  async atLeast(count: number, waitMs: number): Promise<readonly string[]> {
    const end = performance.now() + waitMs
    while (this.lines.length < count && performance.now() < end) {
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        timer = setTimeout(resolve, Math.max(0, end - performance.now()))
      })
      clearTimeout(timer)
    }
    return [...this.lines]
  }
}

/**
 * Has a chair follow a leader of its own, over a new store and without authentication, and tells
 * of each check on the console.
 *
 * @param path - where the store is made
 */
export async function runChecks(Chair: ChairConstructor, path: string): Promise<Counts> {
  const store = await openStore(path, { mode: 'write', create: true })
  const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
  const chair = new Chair(`${leader.url}/`)
  // Without a listener an error would end the process before the counts are told.
  let isDone = false
  chair.on('error', (error: Error, status: number) => {
    // The end of the leader cuts off its last question.
    if (!isDone) console.error(`arangochair: ${error.message}, status ${status}`)
  })
  const write = writerOf(leader.url)
  try {
    await write('POST', '', { name: COLLECTION }, '/_api/collection')
    const received = new Received(chair)
    chair.subscribe({ collection: COLLECTION })
    chair.start()
    await follows(received, write)
    return await check(received, write)
  } finally {
    isDone = true
    chair.stop()
    await leader.close()
    await store.close()
  }
}

/** A chair begins at the leader's last tick and does not say when: writes until it tells one. */
async function follows(received: Received, write: Write): Promise<void> {
  const end = performance.now() + WAIT_MS
  let probes = 0
  while (received.lines.length === 0) {
    assert.ok(performance.now() < end, 'nothing was received')
    await write('POST', '', { _key: `probe${(probes += 1)}` })
    await received.atLeast(1, PROBE_MS)
  }
  // All after the first one come too, and would be taken for what a check has written.
  const isLast = (): boolean => received.lines.at(-1) === `${PUT} probe${probes}`
  while (!isLast() && performance.now() < end) {
    await received.atLeast(received.lines.length + 1, PROBE_MS)
  }
  received.lines.length = 0
}

async function check(received: Received, write: Write): Promise<Counts> {
  let passed = 0
  for (const { name, write: act, expected } of CHECKS) {
    await act(write)
    const lines = await received.atLeast(expected.length, WAIT_MS)
    received.lines.length = 0
    const isRight = lines.join('\n') === expected.join('\n')
    if (isRight) passed += 1
    console.log(`  ${isRight ? 'ok' : 'FAILED'}: ${name}: ${lines.join(', ')}`)
  }
  return { passed, failed: CHECKS.length - passed }
}

function writerOf(
  url: string,
): (...request: [...Parameters<Write>, api?: string]) => Promise<void> {
  return async (method, path, body, api = `/_api/document/${COLLECTION}`) => {
    const text = body === undefined ? null : JSON.stringify(body)
    const response = await fetch(`${url}${api}${path}`, { method, body: text })
    assert.ok(response.ok, `${method} ${api}${path} answered ${response.status}`)
    await response.arrayBuffer()
  }
}

/** The line that every check of the project ends with. */
export function formatCounts({ passed, failed }: Counts): string {
  return `${passed} passed, ${failed} failed`
}
