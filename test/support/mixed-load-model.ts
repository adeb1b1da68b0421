import assert from 'node:assert/strict'
import { assertSameList } from './assert-same-list.js'
import type { DocumentChange, LoadChange, LoadStep } from './mixed-load-step.js'

/** A step that is on the disk, and the tick of each of its documents. */
export interface DoneStep {
  readonly writer: number
  readonly number: number
  /** Of the step's puts, in their order, decimal. */
  readonly ticks: readonly string[]
}

/** What a store holds: the value of each key, by collection. */
export type LoadedState = ReadonlyMap<string, ReadonlyMap<string, string>>

/** What is known of a key: the value that was acknowledged last. */
interface KnownValue {
  /** Undefined once it was removed. */
  readonly value: string | undefined
  readonly tick: bigint
}

/**
 * What a load said it would do and what it said was done. A step that was begun when its process was
 * killed may have come through or not, but as a whole.
 */
export class LoadModel {
  /** Changes that were acknowledged. */
  changeCount = 0
  /** Values that were acknowledged, in the order in which that was heard. */
  readonly acknowledged: DocumentChange[] = []
  readonly #known = new Map<string, Map<string, KnownValue>>()
  readonly #begun = new Map<number, LoadStep>()
  /** Steps that a kill has cut, until something later settles what became of them. */
  #cut: LoadStep[] = []
  /** Collections of which a kill has cut the making, dropping, truncating or renaming. */
  readonly #unsure = new Set<string>()

  begin(step: LoadStep): void {
    assert.ok(!this.#begun.has(step.writer), 'a writer does one thing at a time')
    this.#begun.set(step.writer, step)
  }

  done({ writer, number, ticks }: DoneStep): void {
    const step = this.#begun.get(writer)
    assert.equal(step?.number, number)
    this.#begun.delete(writer)
    if (step.kind === 'thrown') return
    let puts = 0
    for (const change of step.changes) {
      this.changeCount += 1
      if ('key' in change) {
        this.acknowledged.push(change)
        this.#take(change, change.kind === 'put' ? BigInt(ticks[puts++] ?? '') : 0n)
      } else this.#define(change)
    }
  }

  #define(change: Exclude<LoadChange, DocumentChange>): void {
    switch (change.kind) {
      case 'rename':
        this.#known.set(change.name, this.#of(change.collection))
        this.#known.delete(change.collection)
        break
      case 'drop':
        this.#known.delete(change.collection)
        break
      case 'create':
        this.#of(change.collection)
        break
      case 'truncate':
        this.#of(change.collection).clear()
        break
      case 'create-index':
      case 'drop-index':
    }
  }

  /** The process is dead. */
  crash(): void {
    for (const step of this.#begun.values()) {
      if (step.kind === 'thrown') continue
      this.#cut.push(step)
      for (const change of step.changes) {
        if ('key' in change) continue
        this.#unsure.add(change.collection)
        if (change.kind === 'rename') this.#unsure.add(change.name)
      }
    }
    this.#begun.clear()
  }

  /**
   * Holds a store against what was acknowledged. What a kill had cut is settled by what the store
   * holds now, so look at it before the next load begins.
   */
  check(state: LoadedState): void {
    assert.equal(this.#begun.size, 0, 'the load has ended')
    for (const step of this.#cut.splice(0)) this.#settle(step, state)
    for (const [collection, keys] of this.#known) {
      if (this.#unsure.has(collection)) continue
      const found = state.get(collection)
      assert.ok(found !== undefined, `there is a collection ${collection}`)
      const wanted = new Map<string, string>()
      for (const [key, { value }] of keys) if (value !== undefined) wanted.set(key, value)
      assertSameList(linesOf(found), linesOf(wanted), collection)
    }
    for (const collection of state.keys()) {
      assert.ok(this.#known.has(collection) || this.#unsure.has(collection), collection)
    }
  }

  /** A step that was cut: all of it is there, or nothing. */
  #settle(step: LoadStep, state: LoadedState): void {
    const changes = step.changes.filter((change): change is DocumentChange => 'key' in change)
    // The last change of each key tells.
    const last = new Map(changes.map((change) => [`${change.collection}/${change.key}`, change]))
    const outcomes = new Set<boolean>()
    for (const change of last.values()) {
      const { value: wanted } = valueOf(change)
      const found = state.get(change.collection)?.get(change.key)
      const before = this.#known.get(change.collection)?.get(change.key)
      if (wanted !== before?.value) outcomes.add(found === wanted)
    }
    assert.ok(outcomes.size <= 1, `a part of step ${step.number} of writer ${step.writer} is there`)
    if (!outcomes.has(true)) return
    for (const change of changes) this.#of(change.collection).set(change.key, valueOf(change))
  }

  #take(change: DocumentChange, tick: bigint): void {
    const keys = this.#of(change.collection)
    const before = keys.get(change.key)
    // Several writers may put one key: the one with the greatest tick was the last.
    if (change.kind === 'put' && before !== undefined && before.tick > tick) return
    keys.set(change.key, valueOf(change, tick))
  }

  #of(collection: string): Map<string, KnownValue> {
    let keys = this.#known.get(collection)
    if (keys === undefined) this.#known.set(collection, (keys = new Map<string, KnownValue>()))
    return keys
  }
}

function valueOf(change: DocumentChange, tick = 0n): KnownValue {
  return { value: change.kind === 'put' ? change.value : undefined, tick }
}

function linesOf(map: ReadonlyMap<string, string>): string[] {
  return [...map].map(([key, value]) => `${key}: ${value}`).toSorted()
}
