import type { Random } from '../fuzz/random.js'

/** What one change of the load does; documents are told by their value, which is never used twice. */
export type LoadChange =
  | {
      readonly kind: 'put'
      readonly collection: string
      readonly key: string
      readonly value: string
    }
  | { readonly kind: 'remove'; readonly collection: string; readonly key: string }
  | { readonly kind: 'create' | 'drop' | 'truncate'; readonly collection: string }
  | { readonly kind: 'rename'; readonly collection: string; readonly name: string }
  | { readonly kind: 'create-index' | 'drop-index'; readonly collection: string }

/** A change of one document. */
export type DocumentChange = Extract<LoadChange, { readonly key: string }>

/** How the changes of a step are written; those of `thrown` never are. */
type LoadStepKind = 'single' | 'transaction' | 'thrown'

/** What a writer does at one time: it waits until that is on the disk. */
export interface LoadStep {
  readonly kind: LoadStepKind
  readonly writer: number
  /** Counts the steps of a writer from 1 on. */
  readonly number: number
  readonly changes: readonly LoadChange[]
}

/** Collections that all writers write to; they are never dropped or truncated. */
export const SHARED_COLLECTIONS = ['shared-0', 'shared-1', 'shared-2'] as const
/** One more, of edges. */
export const EDGE_COLLECTION = 'shared-edges'
const DOCUMENT_COLLECTIONS = [...SHARED_COLLECTIONS, EDGE_COLLECTION] as const
/** Keys that all writers write; any other key belongs to one of them. */
const HOT_KEYS = 5
const TRANSACTION_CHANGES_MAX = 12
const FILL_CHANGES_MAX = 30

/** How often each kind of step is made, out of the sum. */
const WEIGHTS = {
  insert: 30,
  update: 22,
  hot: 8,
  remove: 14,
  transaction: 12,
  thrown: 5,
  fill: 4,
  truncate: 1,
  rename: 1,
  recreate: 1,
  index: 2,
} as const
type StepName = keyof typeof WEIGHTS
const WEIGHT_SUM = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0)

/** Which writer, and which numbers it draws. */
export interface PlanOptions {
  readonly random: Random
  readonly writer: number
  /** Number of the run on the same store: keys and values of runs are apart. */
  readonly round: number
}

/**
 * Thinks up the steps of one writer. What it knows of its keys is what it planned itself, so that the
 * same seed gives the same steps whatever the other writers do.
 */
export class StepPlanner {
  readonly #random: Random
  readonly #writer: number
  readonly #name: string
  readonly #keys: { collection: string; key: string }[] = []
  #churn: string | undefined
  #hasIndex = false
  #steps = 0
  #values = 0
  #made = 0

  constructor({ random, writer, round }: PlanOptions) {
    this.#random = random
    this.#writer = writer
    this.#name = `w${writer}-r${round}`
  }

  next(): LoadStep {
    const name = this.#churn === undefined ? 'recreate' : this.#draw()
    this.#steps += 1
    const kind = name === 'transaction' || name === 'thrown' ? name : 'single'
    const changes = this.#changes(name)
    return {
      kind: name === 'fill' ? 'transaction' : kind,
      writer: this.#writer,
      number: this.#steps,
      changes,
    }
  }

  #draw(): StepName {
    let left = this.#random.below(WEIGHT_SUM)
    for (const [name, weight] of Object.entries(WEIGHTS)) {
      left -= weight
      if (left < 0) return name as StepName
    }
    return 'insert'
  }

  #changes(name: StepName): LoadChange[] {
    switch (name) {
      case 'transaction':
        return this.#many(TRANSACTION_CHANGES_MAX, () => this.#any())
      case 'thrown':
        return this.#many(TRANSACTION_CHANGES_MAX, () => this.#ghost())
      case 'fill':
        return this.#many(FILL_CHANGES_MAX, (index) => this.#put(this.#churnName(), `c${index}`))
      case 'truncate':
      case 'rename':
      case 'recreate':
      case 'index':
        return [this.#define(name)]
      default:
        return [this.#single(name)]
    }
  }

  #single(name: 'insert' | 'update' | 'hot' | 'remove'): DocumentChange {
    switch (name) {
      case 'insert':
        return this.#insert()
      case 'update':
        return this.#update()
      case 'hot':
        return this.#put('shared-0', `hot-${this.#random.below(HOT_KEYS)}`)
      case 'remove':
        return this.#remove()
    }
  }

  #define(name: 'truncate' | 'rename' | 'recreate' | 'index'): LoadChange {
    switch (name) {
      case 'truncate':
        return { kind: 'truncate', collection: this.#churnName() }
      case 'rename':
        return this.#rename()
      case 'recreate':
        return this.#recreate()
      case 'index':
        this.#hasIndex = !this.#hasIndex
        return { kind: this.#hasIndex ? 'create-index' : 'drop-index', collection: 'shared-1' }
    }
  }

  #many(most: number, make: (index: number) => LoadChange): LoadChange[] {
    return Array.from({ length: 1 + this.#random.below(most) }, (_, index) => make(index))
  }

  #any(): DocumentChange {
    const number = this.#random.below(4)
    if (number < 2) return this.#insert()
    return number === 2 ? this.#update() : this.#remove()
  }

  /** What is thrown away: a key that is there, or one that never will be. */
  #ghost(): DocumentChange {
    const { collection, key } = this.#random.once(2) ? this.#known() : this.#unknown()
    return this.#random.once(4)
      ? { kind: 'remove', collection, key }
      : { kind: 'put', collection, key, value: `ghost-${this.#value()}` }
  }

  #insert(): DocumentChange {
    const place = this.#unknown()
    this.#keys.push(place)
    return this.#put(place.collection, place.key)
  }

  #update(): DocumentChange {
    const { collection, key } = this.#known()
    return this.#put(collection, key)
  }

  #remove(): DocumentChange {
    const place = this.#known()
    // Some are removed again and again, and some come back by an update.
    if (this.#random.once(2)) {
      const index = this.#keys.indexOf(place)
      if (index >= 0) this.#keys.splice(index, 1)
    }
    return { kind: 'remove', ...place }
  }

  #put(collection: string, key: string): DocumentChange {
    return { kind: 'put', collection, key, value: this.#value() }
  }

  #known(): { collection: string; key: string } {
    return this.#keys[this.#random.below(this.#keys.length)] ?? this.#unknown()
  }

  #unknown(): { collection: string; key: string } {
    this.#made += 1
    const collection = this.#random.pick(DOCUMENT_COLLECTIONS)
    return { collection, key: `${this.#name}-${this.#made}` }
  }

  #value(): string {
    this.#values += 1
    return `${this.#name}-${this.#values}`
  }

  #churnName(): string {
    return this.#churn ?? ''
  }

  #rename(): LoadChange {
    this.#made += 1
    const collection = this.#churnName()
    this.#churn = `churn-${this.#name}-${this.#made}`
    return { kind: 'rename', collection, name: this.#churn }
  }

  /** Drops the collection that only this writer knows, or makes another one. */
  #recreate(): LoadChange {
    const collection = this.#churn
    if (collection !== undefined) {
      this.#churn = undefined
      return { kind: 'drop', collection }
    }
    this.#made += 1
    this.#churn = `churn-${this.#name}-${this.#made}`
    return { kind: 'create', collection: this.#churn }
  }
}
