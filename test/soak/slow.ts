/*
 * A consumer with a heap of 96 MB takes the changes of a leader under load much slower than they are
 * made, and not at all for a while, again and again. Nothing piles up in it: while it takes nothing,
 * it asks the leader for nothing; in the end it has got each change once.
 */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { watchAnonymousMemory } from '../support/anonymous-memory.js'
import { readChanges } from '../support/logged-changes.js'
import { LoadLeader } from '../support/mixed-load-leader.js'
import type { ConsumerOrder, ConsumerReport, Pace } from './slow-consumer-process.js'

const CONSUMER = new URL('slow-consumer-process.js', import.meta.url)
const HEAP_MEGABYTES = 96
/** A document of the load has this many characters. */
const FILLER_LENGTH = 1000
/** Steps of the load in which what had been under way comes to its end. */
const SETTLING_STEPS = 300
/** Steps of the load in which a consumer that takes nothing must not ask. */
const PAUSED_STEPS = 1000

/** How {@link soakSlowConsumer} runs. */
export interface SlowSoakOptions {
  /** For the store; empty. */
  readonly directory: string
  readonly minutes: number
  readonly seed: number
  /** Called after each pause. */
  readonly onPause?: ((figures: SlowSoakFigures) => void) | undefined
}

/** What was done, and seen. */
export interface SlowSoakFigures {
  /** Changes acknowledged by the leader. */
  readonly changes: number
  /** Events that the consumer has taken. */
  readonly events: number
  readonly requests: number
  readonly pauses: number
  /** Largest RssAnon of the consumer. */
  readonly peakMegabytes: number
}

/** Runs the consumer; throws an AssertionError when it asks in a pause or misses a change. */
export async function soakSlowConsumer(options: SlowSoakOptions): Promise<SlowSoakFigures> {
  const path = join(options.directory, 'leader')
  const leader = new LoadLeader({ path, seed: options.seed })
  await leader.start({ operations: Number.MAX_SAFE_INTEGER, fillerLength: FILLER_LENGTH })
  const execArgv = [`--max-old-space-size=${HEAP_MEGABYTES}`, '--enable-source-maps']
  const consumer = fork(CONSUMER, [leader.url], { execArgv })
  const memory = watchAnonymousMemory(consumer)
  const figuresOf = (report: ConsumerReport, pauses: number): SlowSoakFigures => {
    const { peakMegabytes } = memory
    return { ...report, changes: leader.model.changeCount, pauses, peakMegabytes }
  }
  try {
    leader.load()
    const deadline = Date.now() + options.minutes * 60_000
    let pauses = 0
    do {
      await leader.untilStep(leader.steps + PAUSED_STEPS)
      pauses += 1
      options.onPause?.(figuresOf(await pause(consumer, leader), pauses))
    } while (Date.now() < deadline)
    await leader.rest()
    const log = await readChanges(path)
    const changes = log.filter(({ kind }) => kind !== 'begin' && kind !== 'commit')
    order(consumer, 'fast')
    const tick = changes.at(-1)?.tick ?? 0n
    const report = await ask(consumer, { kind: 'report-at', tick: tick.toString() })
    assert.equal(report.events, changes.length)
    return figuresOf(report, pauses)
  } finally {
    memory.stop()
    if (consumer.connected) consumer.disconnect()
    await leader.kill()
  }
}

/** The consumer takes nothing while the load goes on. */
async function pause(consumer: ChildProcess, leader: LoadLeader): Promise<ConsumerReport> {
  order(consumer, 'paused')
  await leader.untilStep(leader.steps + SETTLING_STEPS)
  const before = await ask(consumer, { kind: 'report' })
  await leader.untilStep(leader.steps + PAUSED_STEPS)
  const after = await ask(consumer, { kind: 'report' })
  assert.deepEqual(after, before, 'it takes nothing and asks for nothing')
  order(consumer, 'slow')
  return after
}

function order(consumer: ChildProcess, pace: Pace): void {
  consumer.send({ kind: 'pace', pace } satisfies ConsumerOrder)
}

async function ask(consumer: ChildProcess, question: ConsumerOrder): Promise<ConsumerReport> {
  const controller = new AbortController()
  const { signal } = controller
  const ended = once(consumer, 'exit', { signal }).then(([code]) => {
    throw new Error(`the consumer ended with ${String(code)}`)
  })
  const told = once(consumer, 'message', { signal })
  consumer.send(question)
  try {
    const [report] = (await Promise.race([told, ended])) as [ConsumerReport]
    return report
  } finally {
    ended.catch(() => undefined)
    controller.abort()
  }
}
