import { formatTick, parseTick, type Tick } from '../../values/index.js'
import type { Json, JsonObject } from '../../wire/index.js'
import type { ApplierConfig } from './applier-config.js'
import type { ApplierFailure } from './applier-figures.js'
import { formatConfig } from './format-config.js'
import { readConfig } from './parse-applier-config.js'

/** How the next run begins, if not behind what was applied last. */
type PendingBegin =
  | { readonly kind: 'sync' }
  | {
      readonly kind: 'tick'
      readonly tick: Tick
      /** Where the data stood when that was told; the begin holds as long as it stands there. */
      readonly before: string | undefined
    }

/** What is kept of a background follower over restarts. */
export interface ApplierRecord {
  readonly config: ApplierConfig
  readonly begin?: PendingBegin | undefined
  /** When it was started last, in milliseconds since 1970. */
  readonly startedAt?: number | undefined
  /** Why it stopped last, if it was not told to. */
  readonly failure?: ApplierFailure | undefined
}

/** Writes a record as a small JSON value. The secrets of the configuration are in it, in clear. */
export function formatRecord({ config, begin, startedAt, failure }: ApplierRecord): Json {
  return {
    config: formatConfig(config),
    begin: begin?.kind === 'tick' ? { ...begin, tick: formatTick(begin.tick) } : begin,
    startedAt,
    failure,
  }
}

/**
 * Reads what {@link formatRecord} wrote.
 *
 * @param database - the one that is followed into; undefined for all
 */
export function parseRecord(value: Json, database: string | undefined): ApplierRecord {
  const { config, begin, startedAt, failure } = value as KeptRecord
  return {
    config: readConfig(config, database),
    begin: begin?.kind === 'tick' ? { ...begin, tick: parseTick(begin.tick) } : begin,
    startedAt,
    failure,
  }
}

/** A record as the store gives it back: nobody else writes it. */
interface KeptRecord {
  readonly config: JsonObject
  readonly begin?:
    | { readonly kind: 'sync' }
    | { readonly kind: 'tick'; readonly tick: string; readonly before: string | undefined }
  readonly startedAt?: number
  readonly failure?: ApplierFailure
}
