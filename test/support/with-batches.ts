import type { ServerResponse } from 'node:http'
import type { RemoteOptions } from '../../lib/remote/index.js'
import { withDumps, type FakeDumps } from './fake-dumps.js'
import { DUMP, withLeader, type FakeLeader } from './fake-leader.js'

/** What the batches of a dump hold. */
export const BATCHES: readonly string[] = [0, 1, 2, 3, 4].map(
  (part) => `{"_key":"${part}a"}\n{"_key":"${part}b"}\n`,
)
/** What the plain way gives. */
export const PLAIN = '{"_key":"plain"}\n'
export const EXACT: RemoteOptions = { parallelDump: 'exact' }

/** Works with a leader whose dumps read its batch, unless told otherwise. */
export function withBatches(
  script: Partial<FakeDumps>,
  use: (leader: FakeLeader) => Promise<void>,
  options: RemoteOptions = EXACT,
): Promise<void> {
  const dumps = withDumps({ batches: BATCHES, ofBatch: '77', ...script })
  return withLeader({ parts: [PLAIN], ...dumps }, use, options)
}

/** Answers requests of one name in place of the leader. */
export function answering(
  name: string,
  answer: (response: ServerResponse) => void,
): NonNullable<FakeDumps['first']> {
  return (call, response) => {
    if (call.name !== name) return false
    answer(response)
    return true
  }
}

/** Names of the requests that read collections, in order. */
export function dumpNames({ names }: FakeLeader): string[] {
  return names().filter((name) => name.includes('/_api/dump/') || name === DUMP)
}
