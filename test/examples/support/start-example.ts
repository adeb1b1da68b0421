import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** An example that runs until it is killed. */
export interface RunningExample {
  /** Resolves to the next line of stdout that matches, the ones before it passed over. */
  readonly untilLine: (isIt: RegExp | ((line: string) => boolean)) => Promise<string>
  /** Writes a line to stdin. */
  readonly say: (line: string) => void
  /** Kills it, as a crash would, and waits for its end. */
  readonly kill: () => Promise<void>
}

/** Starts `examples/NAME.ts`. */
export function startExample(name: string, ...parameters: string[]): RunningExample {
  const path = fileURLToPath(new URL(`../../../examples/${name}.js`, import.meta.url))
  const child = spawn(process.execPath, [path, ...parameters], { stdio: 'pipe' })
  const errors = text(child.stderr)
  const closed = once(child, 'close')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async untilLine(isIt) {
      const matches = typeof isIt === 'function' ? isIt : (line: string) => isIt.test(line)
      for (;;) {
        const next = await lines.next()
        if (next.done === true) throw new Error(`it ended: ${await errors}`)
        if (matches(next.value)) return next.value
      }
    },
    say: (line) => child.stdin.write(`${line}\n`),
    async kill() {
      child.kill('SIGKILL')
      await closed
      if (child.signalCode !== 'SIGKILL') throw new Error(`it had ended: ${await errors}`)
    },
  }
}
