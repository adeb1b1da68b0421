import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { request, type Agent } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

const PROCESS = new URL('write-leader-process.js', import.meta.url)

/** A leader in a process of its own. */
export class LeaderChild {
  readonly url: string
  readonly process: ChildProcess

  private constructor(process: ChildProcess, url: string) {
    this.process = process
    this.url = url
  }

  /** @param execArgv - flags of node */
  static async start(path: string, execArgv: readonly string[] = []): Promise<LeaderChild> {
    const child = fork(PROCESS, [path], { execArgv: [...execArgv, '--enable-source-maps'] })
    const ended = once(child, 'exit').then(() => {
      throw new Error('the leader has ended before it listened')
    })
    ended.catch(() => undefined)
    const [url] = (await Promise.race([once(child, 'message'), ended])) as [string]
    return new LeaderChild(child, url)
  }

  /** Ends it at once, and waits until it has. */
  async kill(): Promise<void> {
    if (this.#hasEnded()) return
    const ended = once(this.process, 'exit')
    this.process.kill('SIGKILL')
    await ended
  }

  /** Lets it close its store. */
  async stop(): Promise<void> {
    if (this.#hasEnded()) return
    const ended = once(this.process, 'exit')
    this.process.disconnect()
    await ended
  }

  #hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null
  }
}

/** How {@link send} sends. */
export interface SendOptions {
  readonly agent?: Agent | undefined
  readonly body?: string | Readable | undefined
}

/**
 * Sends a request to a leader.
 *
 * @returns the JSON value of the answer
 * @throws Error when the status is none of success
 */
export function send(
  url: string,
  method: string,
  { agent, body = '' }: SendOptions = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {}
    const sent = request(url, { method, headers, ...(agent && { agent }) }, (response) => {
      const { statusCode = 0 } = response
      text(response).then((answer) => {
        if (statusCode >= 200 && statusCode < 300) resolve(JSON.parse(answer))
        else reject(new Error(`${method} ${url}: ${statusCode} ${answer}`))
      }, reject)
    })
    sent.once('error', reject)
    if (typeof body === 'string') sent.end(body)
    else body.pipe(sent)
  })
}
