import type { JsonObject } from '../../wire/index.js'

/** Who has a globallyUniqueId already. */
interface Named {
  readonly name: string
  readonly globallyUniqueId: string | undefined
}

/**
 * The globallyUniqueId that something keeps when it is restored; undefined where another one has it,
 * which is not to be replaced by what has another name.
 */
export function keptGuid(wanted: Named, present: readonly Named[]): string | undefined {
  const { name, globallyUniqueId: guid } = wanted
  const isTaken = present.some((other) => other.name !== name && other.globallyUniqueId === guid)
  return isTaken ? undefined : guid
}

/** Attributes with that globallyUniqueId, or without any. */
export function withGuid(attributes: JsonObject, guid: string | undefined): JsonObject {
  const { globallyUniqueId: _given, ...others } = attributes
  return guid === undefined ? others : { ...others, globallyUniqueId: guid }
}
