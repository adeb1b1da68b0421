import type { Readable, Writable } from 'node:stream'
import type { Environment } from './credentials.js'

/** What a command sees of the world. */
export interface CommandContext {
  /** What is piped in; opened by the command that reads it, since whoever opens it waits for its end. */
  readonly openStdin?: (() => Readable) | undefined
  /** Results. With `--json`, only the announced objects, one a line. */
  readonly stdout: Writable & { readonly isTTY?: boolean | undefined }
  /** Progress, warnings and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined }
  readonly environment: Environment
  /** Id of the server of a cluster that is read, where one is named. */
  readonly dbServer?: string | undefined
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal
  /** As `RetryOptions` of a server have it. */
  readonly retryDelayMs?: number | undefined
}

/** Writes one object as a line of JSON; 64-bit values as decimal text. */
export function writeJsonLine(out: Writable, value: object): void {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? part.toString() : part,
  )
  out.write(`${text}\n`)
}
