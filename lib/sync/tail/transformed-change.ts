import type { LogPosition } from '../../replica/index.js'
import type { Tick } from '../../values/index.js'
import { Holds } from './holds.js'
import type { ChangeEvent, ChangeKind } from './tail-item.js'

/** What of a change is another one after transforms. */
export interface ChangedParts {
  readonly collection?: string | undefined
  readonly key?: string | undefined
  readonly revision?: string | undefined
  readonly document?: Buffer | undefined
}

/** A change after transforms. What was there before it is not told: nobody has transformed that. */
export class TransformedChange implements ChangeEvent {
  readonly id: string
  readonly kind: ChangeKind
  readonly tick: Tick
  readonly transactionId: Tick | undefined
  readonly database: string | undefined
  readonly collection: string | undefined
  readonly globallyUniqueId: string | undefined
  readonly key: string | undefined
  readonly revision: string | undefined
  readonly document: Buffer | undefined
  readonly before: Buffer | undefined = undefined
  readonly position: LogPosition | undefined
  readonly #holds: Holds

  /**
   * @param origin - the change as the log has it
   * @param ordinal - 1, or which one it is of several that came of it
   * @param isLast - nothing more comes of it, so that it is dealt with after this one
   */
  constructor(origin: ChangeEvent, parts: ChangedParts, ordinal = 1, isLast = true) {
    this.id = ordinal === 1 ? origin.id : `${origin.id}.${ordinal}`
    this.kind = origin.kind
    this.tick = origin.tick
    this.transactionId = origin.transactionId
    this.database = origin.database
    this.collection = 'collection' in parts ? parts.collection : origin.collection
    this.globallyUniqueId = origin.globallyUniqueId
    this.key = 'key' in parts ? parts.key : origin.key
    this.revision = 'revision' in parts ? parts.revision : origin.revision
    this.document = 'document' in parts ? parts.document : origin.document
    this.position = isLast ? origin.position : undefined
    this.#holds = new Holds(() => this.onFree?.())
  }

  /** Called each time that nobody holds it any more. */
  onFree: (() => void) | undefined

  /** Somebody holds it. */
  get isHeld(): boolean {
    return this.#holds.isHeld
  }

  hold(): () => void {
    return this.#holds.hold()
  }
}
