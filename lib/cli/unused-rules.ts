import { plural } from './human.js'

/** Names that a warning tells at most. */
const NAMES_MAX = 10

/** Flags that leave something of a database out. */
interface ChoosingFlags {
  readonly collection?: readonly string[] | undefined
  readonly collections?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly ignoreCollection?: readonly string[] | undefined
  readonly subset?: readonly string[] | undefined
}

/** Tells whether all of a database passes, so that rules which match nothing are worth a word. */
export function isWhole(flags: ChoosingFlags): boolean {
  const { collection, collections, exclude, ignoreCollection, subset } = flags
  const chosen = [collection, collections, exclude, ignoreCollection, subset]
  return chosen.every((names) => names === undefined)
}

/**
 * What is said of rules that matched nothing: a name that is misspelt leaves what was to be hidden.
 *
 * @param names - at least one
 */
export function unusedRulesWarning(names: readonly string[]): string {
  const more = names.length - NAMES_MAX
  const shown = [...names.slice(0, NAMES_MAX), ...(more > 0 ? [`and ${more} more`] : [])]
  return `${plural(names.length, 'rule')} matched nothing: ${shown.join(', ')}`
}
