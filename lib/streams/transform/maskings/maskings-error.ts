import { ReplicationError } from '../../../core/index.js'

/** Where in a maskings file something is wrong. */
export interface MaskingsPlace {
  /** The file; undefined for maskings that came as a value. */
  readonly source?: string | undefined
  /** Name of the collection, or `*`. */
  readonly collection?: string | undefined
  /** 1-based number of the rule among those of its collection. */
  readonly rule?: number | undefined
}

/** Maskings are not what a maskings file has to be; nothing was masked yet. */
export class MaskingsError extends ReplicationError {
  readonly code = 'ERR_MASKINGS' as const
  /** The file; undefined for maskings that came as a value. */
  readonly source: string | undefined
  /** Name of the collection, or `*`. */
  readonly collection: string | undefined
  /** 1-based number of the rule among those of its collection. */
  readonly rule: number | undefined

  constructor(reason: string, place: MaskingsPlace, options?: ErrorOptions) {
    super(`Cannot read ${describeMaskings(place)}: ${reason}`, options)
    this.source = place.source
    this.collection = place.collection
    this.rule = place.rule
  }
}

function describeMaskings({ source, collection, rule }: MaskingsPlace): string {
  const whole = source === undefined ? 'maskings' : `maskings file "${source}"`
  const ofRule = rule === undefined ? '' : `rule ${rule} of `
  return collection === undefined ? whole : `${ofRule}collection "${collection}" in ${whole}`
}
