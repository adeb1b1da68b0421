import assert from 'node:assert/strict'
import {
  decodeRevision,
  encodeRevision,
  formatRevision,
  nextStamp,
  nextStampAfter,
  parseRevision,
  revision,
  REVISION_LOWER_BOUND,
  stampCounter,
  stampTimeMs,
} from 'tidemark'
import type { Checks } from './checks.js'

/** A file about revisions and the clock that makes them. */
export interface RevisionVectors {
  readonly lowerBound?: string
  readonly values?: readonly (Readonly<Record<string, string>> & { readonly value: string })[]
  readonly decode?: readonly {
    readonly input: string
    readonly decodeTimeStamp: string
    readonly revisionIdFromString: string
  }[]
  readonly clock?: readonly {
    readonly last: string
    readonly physicalMs: string
    readonly received: string | null
    readonly next: string
  }[]
}

/** Checks texts of revisions, and steps of the clock. */
export async function checkRevisions(checks: Checks, vectors: RevisionVectors): Promise<void> {
  const { lowerBound, values = [], decode = [], clock = [] } = vectors
  if (lowerBound !== undefined) {
    await checks.equal('lowerBound', () => REVISION_LOWER_BOUND.toString(), lowerBound)
  }
  for (const told of values) await checkValue(checks, told)
  for (const { input, decodeTimeStamp, revisionIdFromString } of decode) {
    await checks.equal(`decode ${JSON.stringify(input)}`, () => readTwice(input), [
      decodeTimeStamp,
      revisionIdFromString,
    ])
  }
  for (const { last, physicalMs, received, next } of clock) {
    await checks.equal(
      `clock ${last} at ${physicalMs} with ${String(received)}`,
      () => step(BigInt(last), BigInt(physicalMs), received).toString(),
      next,
    )
  }
}

async function checkValue(
  checks: Checks,
  { value: text, ...told }: Readonly<Record<string, string>> & { readonly value: string },
): Promise<void> {
  const value = revision(BigInt(text))
  const equal = (actual: unknown) => (expected: string) => {
    assert.equal(String(actual), expected)
  }
  await checks.fields(`revision ${text}`, told, {
    encoded: equal(encodeRevision(value)),
    decoded: equal(decodeRevision(encodeRevision(value))),
    revisionString: equal(formatRevision(value)),
    fromRevisionString: equal(parseRevision(formatRevision(value))),
    timeMs: equal(stampTimeMs(value)),
    count: equal(stampCounter(value)),
  })
}

function readTwice(input: string): readonly string[] {
  return [decodeRevision(input).toString(), parseRevision(input).toString()]
}

function step(last: bigint, nowMs: bigint, received: string | null): bigint {
  return received === null ? nextStamp(last, nowMs) : nextStampAfter(last, nowMs, BigInt(received))
}
