import type { Target } from '../../replica/index.js'

/** Methods whose result writes, too. */
const OPENING: ReadonlySet<string | symbol> = new Set([
  'beginCopy',
  'openFollow',
  'openGlobal',
  'replaceCollection',
  'openCollection',
  'fillCollection',
])
/** Methods that answer at once. */
const PLAIN: ReadonlySet<string | symbol> = new Set(['fitsDefinition'])

/**
 * Lets work pass until it is closed, and then tells when all that has passed is over. A pipeline that
 * is aborted leaves behind whatever it had asked of its target: without a gate that could be written
 * after the next run has looked where the data stands, and the same changes would be applied twice.
 */
export class WriteGate {
  readonly #pending = new Set<Promise<unknown>>()
  #isClosed = false

  /** Runs work, unless the gate is closed. */
  pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new Error('Cannot write: the run has ended'))
    const running = work()
    this.#pending.add(running)
    const leave = (): void => {
      this.#pending.delete(running)
    }
    running.then(leave, leave)
    return running
  }

  /** Lets nothing pass any more; resolves when all that has passed is over, however it ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending)
  }
}

/** The same target, behind a gate: all that it does, and what it opens does, has to pass. */
export function guardTarget(target: Target, gate: WriteGate): Target {
  return guard(target, gate)
}

function guard<Guarded extends object>(object: Guarded, gate: WriteGate): Guarded {
  return new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const call = (...parameters: unknown[]): unknown => Reflect.apply(value, target, parameters)
      if (PLAIN.has(name)) return call
      if (name === 'target') return (...names: unknown[]) => guard(call(...names) as Target, gate)
      return (...parameters: unknown[]) =>
        gate.pass(async () => {
          const result = await call(...parameters)
          const isOpened = OPENING.has(name) && typeof result === 'object' && result !== null
          return isOpened ? guard(result, gate) : result
        })
    },
  })
}
