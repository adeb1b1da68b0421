import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { LoadModel } from './mixed-load-model.js'
import type { LoadMessage, LoadProcessOptions } from './mixed-load-process.js'

const PROCESS = fileURLToPath(new URL('mixed-load-process.js', import.meta.url))

/** What {@link LoadLeader} is made of. */
export interface LoadLeaderOptions {
  /** The store; it stays over kills. */
  readonly path: string
  readonly seed: number
  /** Flags of node. */
  readonly nodeOptions?: readonly string[] | undefined
}

/** One run of a load. */
export interface LoadRun {
  readonly operations: number
  readonly fillerLength?: number | undefined
}

/** A leader under load in a process that can be killed and started again, at the same address. */
export class LoadLeader {
  /** What it said it would do, and did. */
  readonly model: LoadModel = new LoadModel()
  readonly #options: LoadLeaderOptions
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined
  #closed: Promise<unknown> = Promise.resolve()
  #finished: Promise<void> = Promise.resolve()
  #url: string | undefined
  #round = 0
  #steps = 0
  #onStep: () => void = () => undefined

  constructor(options: LoadLeaderOptions) {
    this.#options = options
  }

  /** The address, which is there once it was started. */
  get url(): string {
    assert.ok(this.#url !== undefined, 'the leader was started')
    return this.#url
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Steps that were acknowledged until now, in all runs. */
  get steps(): number {
    return this.#steps
  }

  /** Starts the process; resolves once it listens. */
  async start({ operations, fillerLength }: LoadRun): Promise<void> {
    const { path, seed, nodeOptions = [] } = this.#options
    const port = this.#url === undefined ? 0 : Number(new URL(this.#url).port)
    const options: LoadProcessOptions = { seed, operations, fillerLength, port, round: this.#round }
    this.#round += 1
    const child = spawn(
      process.execPath,
      [...nodeOptions, PROCESS, path, JSON.stringify(options)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    // Writing to a process that was killed fails, which is no news.
    child.stdin.on('error', () => undefined)
    this.#child = child
    this.#closed = once(child, 'close')
    await new Promise<void>((listening, failed) => {
      this.#finished = new Promise((finished) => {
        createInterface({ input: child.stdout }).on('line', (line) => {
          this.#take(JSON.parse(line) as LoadMessage, listening, finished)
        })
      })
      void this.#closed.then(() => {
        failed(new Error('the leader ended before it listened'))
      })
    })
  }

  /** Begins the load. */
  load(): void {
    this.#child?.stdin.write('load\n')
  }

  /** Ends the load after the steps that have begun; the process goes on serving. */
  async rest(): Promise<void> {
    this.#child?.stdin.write('rest\n')
    await this.#finished
  }

  /** Resolves once all of the load is on the disk; never where the process was killed before. */
  finished(): Promise<void> {
    return this.#finished
  }

  /** Resolves once as many steps were acknowledged in all runs; rejects when the process ends. */
  async untilStep(steps: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.#onStep = () => {
        if (this.#steps >= steps) resolve()
      }
      this.#onStep()
    })
    const ended = this.#closed.then(() => {
      throw new Error('the leader ended')
    })
    await Promise.race([reached, ended])
  }

  /** Kills the process at once. */
  async kill(): Promise<void> {
    if (this.#child === undefined) return
    this.#child.kill('SIGKILL')
    await this.#closed
    this.#child = undefined
    this.model.crash()
  }

  /** Lets the load come to an end, and the process too. */
  async stop(): Promise<void> {
    if (this.#child === undefined) return
    this.#child.stdin.end()
    await this.#closed
    this.#child = undefined
  }

  #take(message: LoadMessage, listening: () => void, finished: () => void): void {
    switch (message.kind) {
      case 'listening':
        this.#url = message.url
        listening()
        break
      case 'begin':
        this.model.begin(message.step)
        break
      case 'done':
        this.#steps += 1
        this.model.done(message.step)
        this.#onStep()
        break
      case 'finished':
        finished()
    }
  }
}
