import { ReplicationError } from '../../../core/index.js'

/** Where in a file of pseudonyms something is wrong. */
export interface PseudonymsPlace {
  /** The file; undefined for rules that came as a value. */
  readonly source?: string | undefined
  /** `keys` or `attributes`. */
  readonly part?: string | undefined
  /** Name of the collection, or `*`. */
  readonly collection?: string | undefined
  /** 1-based number of the rule among those of its collection. */
  readonly rule?: number | undefined
}

/** Rules for pseudonyms are not what they have to be, or there is no key; nothing was changed yet. */
export class PseudonymsError extends ReplicationError {
  readonly code = 'ERR_PSEUDONYMS' as const
  /** The file; undefined for rules that came as a value. */
  readonly source: string | undefined
  /** Name of the collection, or `*`. */
  readonly collection: string | undefined
  /** 1-based number of the rule among those of its collection. */
  readonly rule: number | undefined

  constructor(reason: string, place: PseudonymsPlace = {}, options?: ErrorOptions) {
    super(`Cannot use ${describePlace(place)}: ${reason}`, options)
    this.source = place.source
    this.collection = place.collection
    this.rule = place.rule
  }
}

function describePlace({ source, part, collection, rule }: PseudonymsPlace): string {
  const steps = [
    ...(rule === undefined ? [] : [`rule ${rule}`]),
    ...(collection === undefined ? [] : [`collection "${collection}"`]),
    ...(part === undefined ? [] : [`"${part}"`]),
    source === undefined ? 'pseudonyms' : `pseudonyms file "${source}"`,
  ]
  return steps.join(' of ')
}
