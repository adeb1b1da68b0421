import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Counts the requests that are being answered, and tells when there are none. */
export class InFlight {
  /** Answers under way on each connection. */
  readonly #counts = new Map<Socket | null, number>()
  #whenIdle: (() => void)[] = []
  /** How many requests are being answered. */
  count = 0

  /** Counts a request until its answer is sent or its connection is gone. */
  add(response: ServerResponse): void {
    const { socket } = response
    this.count += 1
    this.#counts.set(socket, (this.#counts.get(socket) ?? 0) + 1)
    response.once('close', () => {
      this.#remove(socket)
    })
  }

  /** Tells whether an answer is under way on this connection. */
  isBusy(socket: Socket): boolean {
    return this.#counts.has(socket)
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

  #remove(socket: Socket | null): void {
    const left = (this.#counts.get(socket) ?? 1) - 1
    if (left === 0) this.#counts.delete(socket)
    else this.#counts.set(socket, left)
    this.count -= 1
    if (this.count > 0) return
    for (const resolve of this.#whenIdle) resolve()
    this.#whenIdle = []
  }
}
