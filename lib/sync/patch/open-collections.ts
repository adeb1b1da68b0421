import assert from 'node:assert/strict'
import type { TargetCollection, TargetCopy } from '../../replica/index.js'
import type { CollectionDefinition } from '../../wire/index.js'
import type { PatchPlan } from './check-patch.js'

/** The collections of a target that a patch writes into. */
export class OpenCollections {
  readonly #copy: TargetCopy
  readonly #open = new Map<string, TargetCollection>()
  readonly #fresh: CollectionDefinition[] = []

  constructor(copy: TargetCopy) {
    this.#copy = copy
  }

  /** Drops and makes what the plan says; one that is there already is kept with its documents. */
  async prepare({ made, dropped }: PatchPlan, signal: AbortSignal | undefined): Promise<void> {
    // First: one of the same identity may have another name in the plan.
    for (const name of dropped) {
      signal?.throwIfAborted()
      await this.#copy.dropCollection(name)
    }
    for (const definition of made) {
      signal?.throwIfAborted()
      this.#open.set(definition.name, await this.#make(definition))
    }
  }

  /** Finds a collection by its name. */
  async get(name: string): Promise<TargetCollection> {
    const known = this.#open.get(name)
    if (known !== undefined) return known
    const found = await this.#copy.fillCollection(name)
    assert(found !== undefined, 'collections are there once a patch was checked')
    this.#open.set(name, found)
    return found
  }

  /** Makes the indexes of collections that were made, after their documents as a copy does. */
  async finish(): Promise<void> {
    for (const { name, indexes } of this.#fresh) {
      if (indexes.length > 0) await (await this.get(name)).createIndexes(indexes)
    }
  }

  /** One that an interrupted run has made is gone on with. */
  async #make(definition: CollectionDefinition): Promise<TargetCollection> {
    const there = await this.#copy.openCollection(definition)
    if (there === undefined) {
      this.#fresh.push(definition)
      return this.#copy.replaceCollection(definition)
    }
    await there.change(definition)
    return this.get(definition.name)
  }
}
