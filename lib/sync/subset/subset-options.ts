import { ReplicationError } from '../../core/index.js'
import type { JsonObject } from '../../wire/index.js'

/** Which way edges are followed: from `_from` to `_to`, the other way, or both. */
export type SubsetDirection = 'out' | 'in' | 'any'

/** Tells whether a document is one to begin at. */
export type StartFilter = (document: JsonObject, collection: string) => boolean

/** Which part of a database is kept. */
export interface SubsetOptions {
  /** Ids of the documents to begin at, `collection/key`, or what tells them. */
  readonly start: readonly string[] | StartFilter
  /** Edges that may lie between a document and one to begin at; 0 keeps those alone. */
  readonly steps: number
  /** Default: `any`. */
  readonly direction?: SubsetDirection | undefined
  /** Names of the edge collections that are followed. Default: all but system collections. */
  readonly edges?: readonly string[] | undefined
  /**
   * Keeps every document of collections that have nothing to do with edges: no edge names one of
   * their documents, and nothing begins there. Default: false, they are empty.
   */
  readonly keepOthers?: boolean | undefined
  /** Directory for what is put aside. Default: the system's directory for temporary files. */
  readonly scratchDirectory?: string | undefined
}

/** A part of a database cannot be found as asked. */
export class SubsetError extends ReplicationError {
  readonly code = 'ERR_SUBSET' as const

  constructor(source: string, reason: string) {
    super(`Cannot find the subset of ${source}: ${reason}`)
  }
}

/** @throws RangeError when options are no use whatever the source is */
export function assertSubsetOptions({ start, steps, direction = 'any' }: SubsetOptions): void {
  const action = 'Cannot find a subset'
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw new RangeError(`${action}: steps must be a whole number from 0 on`)
  }
  if (!['out', 'in', 'any'].includes(direction)) {
    throw new RangeError(`${action}: direction must be "out", "in" or "any"`)
  }
  if (typeof start === 'function') return
  const wrong = start.find((id) => !/^[^/]+\/[^/]+$/.test(id))
  if (wrong !== undefined) throw new RangeError(`${action}: "${wrong}" is not COLLECTION/KEY`)
  if (start.length === 0) throw new RangeError(`${action}: there is no document to begin at`)
}
