import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { MAIN } from '../cli/support/program-file.js'

/** A command that can be killed and started again. */
export class KillableCommand {
  readonly #commandLine: readonly string[]
  readonly #onLine: (line: string) => void
  #child: ChildProcessByStdio<null, Readable, Readable> | undefined
  #closed: Promise<unknown> = Promise.resolve()
  #errors: Promise<string> = Promise.resolve('')

  /**
   * @param commandLine - of `tidemark`
   * @param onLine - sees each line of stdout, the last one cut where the process was killed
   */
  constructor(commandLine: readonly string[], onLine: (line: string) => void = () => undefined) {
    this.#commandLine = commandLine
    this.#onLine = onLine
  }

  start(more: readonly string[] = []): void {
    const child = spawn(process.execPath, [MAIN, ...this.#commandLine, ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const lines = createInterface({ input: child.stdout }).on('line', this.#onLine)
    this.#errors = text(child.stderr)
    this.#closed = Promise.all([once(child, 'close'), once(lines, 'close')])
  }

  /**
   * Kills it at once, and waits for its end.
   *
   * @throws Error when it had ended by itself
   */
  async kill(): Promise<void> {
    const child = this.#child
    child?.kill('SIGKILL')
    await this.#closed
    if (child?.signalCode === 'SIGKILL') return
    throw new Error(`it ended by itself: ${await this.#errors}`)
  }

  /**
   * Waits until it ends by itself.
   *
   * @throws Error when it does not end with 0
   */
  async end(): Promise<void> {
    await this.#closed
    if (this.#child?.exitCode === 0) return
    throw new Error(`it ended with ${String(this.#child?.exitCode)}: ${await this.#errors}`)
  }
}
