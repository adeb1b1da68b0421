import assert from 'node:assert/strict'
import { relative } from 'node:path'
import {
  verifyDirectory,
  type VerifyEvent,
  type VerifyFinding,
  type VerifyOptions,
} from '../../../lib/directory/index.js'
import { collectAll } from '../../support/streams.js'

/** What a check told, without its progress. */
export interface Verified {
  readonly findings: readonly VerifyFinding[]
  /** Of each finding: `code file` or `code file:line`, and ` (warning)` for one. */
  readonly short: readonly string[]
  readonly events: readonly VerifyEvent[]
  readonly finished: Extract<VerifyEvent, { kind: 'finished' }>
}

/** Checks a directory to its end. */
export async function verifyAll(path: string, options: VerifyOptions = {}): Promise<Verified> {
  const events = await collectAll(verifyDirectory(path, options))
  const findings = events.filter((event) => event.kind === 'finding')
  const finished = events.at(-1)
  assert.ok(finished?.kind === 'finished')
  const short = findings.map(({ code, file, line, severity }) => {
    const place = `${relative(path, file)}${line === undefined ? '' : `:${line}`}`
    return `${code} ${place}${severity === 'warning' ? ' (warning)' : ''}`
  })
  return { findings, short, events, finished }
}
