import fc from 'fast-check'
import type { DocumentOperation } from '../../../lib/store/index.js'
import type { JsonObject } from '../../../lib/wire/index.js'

/** Definitions by name. */
export const INDEXES: Readonly<Record<string, JsonObject>> = {
  byN: { type: 'persistent', name: 'byN', fields: ['n'], unique: true },
  byPair: { type: 'hash', name: 'byPair', fields: ['n', 's.v'], unique: true, sparse: true },
  byTag: { type: 'skiplist', name: 'byTag', fields: ['t[*]'], unique: true },
}

/** Attributes that the indexes are about. */
export interface Document {
  readonly n?: number | null
  readonly s?: { readonly v: number }
  readonly t?: readonly number[]
}

const small = fc.integer({ min: 0, max: 5 })
const document: fc.Arbitrary<Document> = fc.record(
  {
    n: fc.option(small),
    s: fc.record({ v: small }),
    t: fc.array(small, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const KINDS = ['insert', 'put', 'upsert', 'replace', 'update', 'remove'] as const

/** A write of one document. */
export interface Write {
  readonly key: string
  readonly document: Document
  readonly kind: (typeof KINDS)[number]
}

/** Any {@link Write}. */
export const write: fc.Arbitrary<Write> = fc.record({
  key,
  document,
  kind: fc.constantFrom(...KINDS),
})

/** What an index makes of a document, one text for each combination. */
const TUPLES: Readonly<Record<string, (document: Document) => readonly string[]>> = {
  byN: ({ n }) => [String(n ?? null)],
  byPair: ({ n, s }) => (n === undefined || n === null || s === undefined ? [] : [`${n} ${s.v}`]),
  byTag: ({ t = [] }) => [...new Set(t)].map(String),
}

/** Documents and unique indexes, as simple as can be. */
export class Model {
  documents: Map<string, Document> = new Map<string, Document>()
  readonly indexes: Set<string> = new Set<string>()

  /** Does what the store should do. @returns false when it should refuse */
  write({ key: at, document: given, kind }: Write): boolean {
    const there = this.documents.get(at)
    if (kind === 'insert' ? there !== undefined : needsOne(kind) && there === undefined)
      return false
    if (kind === 'remove') return this.documents.delete(at)
    const merges = kind === 'update' || (kind === 'upsert' && there !== undefined)
    const wanted = merges ? { ...there, ...given } : given
    for (const name of this.indexes) if (this.#isTaken(name, at, wanted)) return false
    this.documents.set(at, wanted)
    return true
  }

  isUnique(name: string): boolean {
    return [...this.documents].every(([at, one]) => !this.#isTaken(name, at, one, false))
  }

  #isTaken(name: string, at: string, wanted: Document, keepsOwn = true): boolean {
    const tuplesOf = TUPLES[name] as (document: Document) => readonly string[]
    const there = this.documents.get(at)
    const own = keepsOwn && there !== undefined ? tuplesOf(there) : []
    const fresh = tuplesOf(wanted).filter((tuple) => !own.includes(tuple))
    return [...this.documents].some(
      ([other, one]) => other !== at && tuplesOf(one).some((tuple) => fresh.includes(tuple)),
    )
  }
}

function needsOne(kind: Write['kind']): boolean {
  return kind === 'replace' || kind === 'update' || kind === 'remove'
}

/** What a store is told for a write. */
export function operationOf({ key: at, document: given, kind }: Write): DocumentOperation {
  const text = JSON.stringify({ _key: at, ...given })
  // Merging objects inside is not what this is about.
  const mergeObjects = false
  switch (kind) {
    case 'insert':
      return { kind, text }
    case 'put':
      return { kind: 'insert', text, overwriteMode: 'replace' }
    case 'upsert':
      return { kind: 'insert', text, overwriteMode: 'update', mergeObjects }
    case 'replace':
      return { kind, text }
    case 'update':
      return { kind, text, mergeObjects }
    default:
      return { kind: 'remove', key: at }
  }
}
