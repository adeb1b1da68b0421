import { addResults, NOTHING_WRITTEN, type WriteResult } from '../../replica/index.js'
import type { PatchTotals } from './patch-totals.js'

/** What happens while a patch is applied; `kind` tells which. */
export type ApplyEvent = ApplyStarted | ApplyProgress | ApplyFinished

/** The steps in which a patch is applied: each reads all of its lines. */
export type ApplyPhase = 'checking' | 'removing' | 'writing'

/** The first line of the patch was read. */
export interface ApplyStarted {
  readonly kind: 'started'
  /** The file. */
  readonly patch: string
  /** Address of the target. */
  readonly target: string
  /** Address of the replica that the patch was made for. */
  readonly makes: string
  /** Address of the replica that it will be equal to. */
  readonly equalTo: string
  readonly totals: PatchTotals
}

/** Lines of the patch were dealt with. */
export interface ApplyProgress {
  readonly kind: 'progress'
  readonly phase: ApplyPhase
  /** Bytes of lines that this phase has read. */
  readonly bytes: number
  /** Bytes of all lines. */
  readonly bytesTotal: number
  readonly totals: ApplyTotals
}

/** The target has all that the patch says. */
export interface ApplyFinished {
  readonly kind: 'finished'
  readonly totals: ApplyTotals
}

/** What was done. Documents that were as wanted, and those already gone, are counted too. */
export interface ApplyTotals extends WriteResult {
  readonly made: number
  readonly dropped: number
}

/** Figures of nothing. */
export const NOTHING_APPLIED: ApplyTotals = { ...NOTHING_WRITTEN, made: 0, dropped: 0 }

/** Adds figures up. */
export function addApplied(a: ApplyTotals, b: ApplyTotals): ApplyTotals {
  return { ...addResults(a, b), made: a.made + b.made, dropped: a.dropped + b.dropped }
}
