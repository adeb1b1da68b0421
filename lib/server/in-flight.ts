import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Counts the requests that are being answered, and tells when there are none. */
export class InFlight {
  /** Answers under way on each connection. */
  readonly #responses = new Map<Socket | null, Set<ServerResponse>>()
  #whenIdle: (() => void)[] = []
  /** How many requests are being answered. */
  count = 0

  /** Counts a request until its answer is sent or its connection is gone. */
  add(response: ServerResponse): void {
    const { socket } = response
    this.count += 1
    const responses = this.#responses.get(socket) ?? new Set()
    this.#responses.set(socket, responses.add(response))
    response.once('close', () => {
      this.#remove(socket, response)
    })
  }

  /**
   * Tells whether an answer is under way on this connection, which no other may run into. A request
   * alone on it whose body is still to come has no answer yet, and can be told what is wrong with it.
   */
  isBusy(socket: Socket): boolean {
    const [first, ...others] = this.#responses.get(socket) ?? []
    if (first === undefined) return false
    return others.length > 0 || first.headersSent || first.req.complete
  }

  /** Resolves when no request is being answered, at the latest after `withinMs`. */
  async idle(withinMs: number): Promise<void> {
    if (this.count === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.#whenIdle.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #remove(socket: Socket | null, response: ServerResponse): void {
    const responses = this.#responses.get(socket)
    responses?.delete(response)
    if (responses?.size === 0) this.#responses.delete(socket)
    this.count -= 1
    if (this.count > 0) return
    for (const resolve of this.#whenIdle) resolve()
    this.#whenIdle = []
  }
}
