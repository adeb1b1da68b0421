import { addResults, NOTHING_WRITTEN, type ApplyGroupsResult } from '../../replica/index.js'
import type { LogPosition } from '../../replica/index.js'
import type { Tick } from '../../values/index.js'
import type { SyncEvent } from '../sync-event.js'

/** What happened while a target follows a source; `kind` tells which. Copies tell their own. */
export type FollowEvent = SyncEvent | FollowStarted | FollowProgress | FollowGap

/** From here on the log is read. */
export interface FollowStarted {
  readonly kind: 'follow-started'
  /** Address of the source. */
  readonly source: string
  /** Address of the target. */
  readonly target: string
  /** Where the target stands. */
  readonly position: LogPosition
}

/** How far the target has come; told at a bounded pace. */
export interface FollowProgress extends FollowLag {
  readonly kind: 'followed'
  /** Where the target stands; durable, but for a log in which nothing was for it. */
  readonly position: LogPosition
  /** What was applied since following began, copies left out. */
  readonly totals: FollowTotals
  /** Newest tick that the leader told. */
  readonly leaderTick: Tick
}

/** How far a follower is behind its leader. */
export interface FollowLag {
  /** Nothing was left in the leader's log when it was last asked. */
  readonly isLevel: boolean
  /** Ticks between the leader's newest and the position; 0 when level. */
  readonly lagTicks: bigint
  /** Seconds since the follower was last level, by its own clock; 0 when level. */
  readonly lagSeconds: number
}

/** The log cannot be followed from where the target stands, so what differs is copied. */
export interface FollowGap {
  readonly kind: 'gap'
  /** Code of the error that showed it. */
  readonly code: string
  readonly message: string
}

/** What was applied. */
export interface FollowTotals extends ApplyGroupsResult {
  /** How often what differs had to be copied. */
  readonly resyncs: number
}

/** The result of applying nothing. */
export const NO_GROUPS_APPLIED: ApplyGroupsResult = {
  ...NOTHING_WRITTEN,
  markers: 0,
  definitions: 0,
}

/** Figures of nothing. */
export const NOTHING_FOLLOWED: FollowTotals = { ...NO_GROUPS_APPLIED, resyncs: 0 }

/** Adds what was applied to the totals. */
export function addFollowed(totals: FollowTotals, result: ApplyGroupsResult): FollowTotals {
  return {
    ...addResults(totals, result),
    markers: totals.markers + result.markers,
    definitions: totals.definitions + result.definitions,
    resyncs: totals.resyncs,
  }
}
