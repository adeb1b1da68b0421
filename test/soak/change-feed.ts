import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { fileCheckpoint } from '../../lib/sync/index.js'
import { assertSameList } from '../support/assert-same-list.js'
import type { LoggedChange } from '../support/logged-changes.js'
import { KillableCommand } from './killable-command.js'

/** What a line of `tidemark tail --events` says, as far as it is looked at. */
interface EventLine {
  readonly id: string
  readonly tick: string
  readonly kind: string
  readonly key?: string | undefined
}

/** `tidemark tail` with a checkpoint, which is killed and started again. */
export class ChangeFeed {
  /** How many events came again, since the checkpoint did not tell yet that they had come. */
  repeated = 0
  readonly #checkpoint: string
  readonly #command: KillableCommand
  readonly #delivered: EventLine[] = []
  readonly #ids = new Set<string>()
  /** Where the checkpoint stood when the process was started. */
  #confirmed = 0n
  /** Of this process. */
  #last = 0n
  #torn: string | undefined
  #failure: unknown

  constructor(url: string, checkpoint: string) {
    this.#checkpoint = checkpoint
    const flags = ['--events', '--from', 'start', '--checkpoint', checkpoint]
    this.#command = new KillableCommand(['tail', url, ...flags], (line) => {
      try {
        this.#take(line)
      } catch (error) {
        this.#failure ??= error
      }
    })
  }

  /** Events delivered, each counted once. */
  get count(): number {
    return this.#delivered.length
  }

  async start(more: readonly string[]): Promise<void> {
    const position = existsSync(this.#checkpoint)
      ? await fileCheckpoint(this.#checkpoint).load()
      : undefined
    this.#confirmed = position?.tick ?? 0n
    this.#last = 0n
    this.#torn = undefined
    this.#command.start(more)
  }

  async kill(): Promise<void> {
    await this.#command.kill()
    this.#assertWell()
  }

  /** Runs from the checkpoint to the end of the log. */
  async finish(): Promise<void> {
    await this.start([])
    await this.#command.end()
    this.#assertWell()
    assert.equal(this.#torn, undefined, 'a process that ended by itself wrote whole lines')
  }

  /** Everything that was committed has come, in its order, and nothing else. */
  check(log: readonly LoggedChange[]): void {
    const changes = log.filter(({ kind }) => kind !== 'begin' && kind !== 'commit')
    assertSameList(
      this.#delivered.map(({ tick, key }) => `${tick} ${key ?? ''}`),
      changes.map(({ tick, key }) => `${tick} ${key ?? ''}`),
      'the feed',
    )
  }

  #take(line: string): void {
    // Only a kill cuts a line, and nothing comes behind it.
    assert.equal(this.#torn, undefined, 'a line behind a torn one')
    const event = parseEvent(line)
    if (event === undefined) {
      this.#torn = line
      return
    }
    const tick = BigInt(event.tick)
    assert.ok(tick > this.#confirmed, `${event.id} had been confirmed`)
    assert.ok(tick > this.#last, `${event.id} in its order`)
    this.#last = tick
    if (this.#ids.has(event.id)) {
      this.repeated += 1
      return
    }
    const newest = this.#delivered.at(-1)
    assert.ok(newest === undefined || tick > BigInt(newest.tick), `${event.id} too late`)
    this.#ids.add(event.id)
    this.#delivered.push(event)
  }

  #assertWell(): void {
    if (this.#failure !== undefined) throw this.#failure as Error
  }
}

function parseEvent(line: string): EventLine | undefined {
  try {
    return JSON.parse(line) as EventLine
  } catch {
    return undefined
  }
}
