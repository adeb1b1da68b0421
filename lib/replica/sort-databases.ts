const SYSTEM_DATABASE = '_system'

/** Names of databases in the order in which all of them are gone through: `_system` first. */
export function sortDatabases(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => {
    const [rankA, rankB] = [rankOf(a), rankOf(b)]
    return rankA - rankB || (a < b ? -1 : 1)
  })
}

function rankOf(name: string): number {
  return name === SYSTEM_DATABASE ? 0 : 1
}
