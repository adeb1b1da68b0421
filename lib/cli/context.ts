import type { Writable } from 'node:stream'
import type { Environment } from './credentials.js'

/** What a command sees of the world. */
export interface CommandContext {
  /** Results. With `--json`, only the announced objects, one a line. */
  readonly stdout: Writable & { readonly isTTY?: boolean | undefined }
  /** Progress, warnings and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined }
  readonly environment: Environment
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal
}

/** Writes one object as a line of JSON; 64-bit values as decimal text. */
export function writeJsonLine(out: Writable, value: object): void {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? part.toString() : part,
  )
  out.write(`${text}\n`)
}
