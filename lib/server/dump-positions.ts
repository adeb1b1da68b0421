import type { Revision } from '../values/index.js'

/** The position of one collection, held by one request. */
export interface HeldPosition {
  /** Revision of the last document that was sent; undefined before the first. */
  readonly after: Revision | undefined
  /** Gives the position back, moved to `last` if that is given. Call it once. */
  release(last?: Revision): void
}

interface Position {
  after: Revision | undefined
  /** Resolves when everybody who asked so far has given the position back. */
  turn: Promise<void>
}

/**
 * How far the dumps of one batch have come, for requests that do not say where to begin.
 *
 * Requests for the same collection wait for each other: the answer before may have reached its
 * reader before the leader hears that it was sent whole.
 */
export class DumpPositions {
  readonly #positions = new Map<number, Position>()

  /**
   * Waits until nobody else holds the position of a collection, and holds it.
   *
   * @param collectionId - the collection's local id
   */
  async hold(collectionId: number): Promise<HeldPosition> {
    const position = this.#position(collectionId)
    const before = position.turn
    let giveBack: () => void = () => undefined
    position.turn = new Promise((resolve) => {
      giveBack = resolve
    })
    await before
    return {
      after: position.after,
      release(last) {
        position.after = last ?? position.after
        giveBack()
      },
    }
  }

  #position(collectionId: number): Position {
    const known = this.#positions.get(collectionId)
    if (known !== undefined) return known
    const made: Position = { after: undefined, turn: Promise.resolve() }
    this.#positions.set(collectionId, made)
    return made
  }
}
