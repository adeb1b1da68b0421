import { ExactNumber } from '../exact-number.js'
import type { JsonObject } from '../../../wire/index.js'
import type { PathNode } from './path-rules.js'

/** Gives the value that comes in the place of a leaf. */
export type LeafChanger<Action> = (action: Action, value: unknown) => unknown

/**
 * Changes the leaves of a document that have an action, in place. Values in arrays have the path of
 * their array; objects are no leaves. Nothing but what an action is for is written.
 *
 * @param isLeft - tells of a top-level attribute that it stays as it is
 * @returns whether a leaf had an action
 */
export function changeLeaves<Action>(
  document: JsonObject,
  root: PathNode<Action>,
  change: LeafChanger<Action>,
  isLeft: (name: string, value: unknown) => boolean,
): boolean {
  let isChanged = false
  const changeLeaf = (value: unknown, node: PathNode<Action>): unknown => {
    if (node.action === undefined) return value
    isChanged = true
    return change(node.action, value)
  }
  const changeValue = (value: unknown, node: PathNode<Action>): unknown => {
    if (!isContainer(value)) return changeLeaf(value, node)
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) value[index] = changeValue(item, node)
    } else {
      changeObject(value, node)
    }
    return value
  }
  const changeObject = (object: Record<string, unknown>, node: PathNode<Action>): void => {
    for (const name of Object.keys(object)) {
      // The attribute is there, so that even `__proto__` is written as an attribute.
      object[name] = changeValue(object[name], node.child(name))
    }
  }
  const top = document as Record<string, unknown>
  for (const name of Object.keys(top)) {
    if (!isLeft(name, top[name])) top[name] = changeValue(top[name], root.child(name))
  }
  return isChanged
}

/**
 * A new document with the values of another: the line that the other came of is then written anew, even
 * where nothing changed. In the line an attribute may stand twice, and what nobody sees has to go too.
 */
export function copyOf(document: JsonObject): JsonObject {
  return { ...document }
}

/** An object or an array; a number that is kept as text is a value. */
function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber)
}
