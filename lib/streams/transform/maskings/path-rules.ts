import { matchesPath, type MaskingPath } from './masking-path.js'

/** What is to be done with the leaves at a path. */
export interface PathRule<Action> {
  readonly path: MaskingPath
  readonly action: Action
}

/** Paths whose action is remembered; those of further ones are looked for each time. */
const REMEMBERED_MAX = 10_000

/** The attributes at one path, all documents taken together. */
export interface PathNode<Action> {
  /** What is to be done with leaves there; undefined: nothing. */
  readonly action: Action | undefined
  /** The attributes of an object there, by name. */
  child(name: string): PathNode<Action>
}

/**
 * Finds the action for each path of a document: that of the first rule that matches. What was found is
 * remembered, since documents of a collection are alike; names without number are not.
 */
export function findActions<Action>(rules: readonly PathRule<Action>[]): PathNode<Action> {
  let remembered = 0
  const createNode = (names: readonly string[]): PathNode<Action> => {
    const children = new Map<string, PathNode<Action>>()
    const child = (name: string): PathNode<Action> => {
      const known = children.get(name)
      if (known !== undefined) return known
      const node = createNode([...names, name])
      if (remembered < REMEMBERED_MAX) {
        remembered += 1
        children.set(name, node)
      }
      return node
    }
    // The document itself is no leaf, though `*` matches the empty path as well.
    const rule = names.length === 0 ? undefined : rules.find(({ path }) => matchesPath(path, names))
    return { action: rule?.action, child }
  }
  return createNode([])
}
