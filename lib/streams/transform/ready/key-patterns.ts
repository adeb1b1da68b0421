/** A pattern in which `*` stands for any characters, `?` for one, and a backslash quotes the next. */
const TOKEN = /\\(.)|([*?])|[^]/gsu
const HAS_WILDCARD = /[*?\\]/
const SPECIAL = /[.*+?^${}()|[\]\\/-]/g

/**
 * Makes a test for keys out of patterns, of which one has to fit the whole key. Patterns without
 * wildcards cost one look-up together, however many they are.
 */
export function createKeyTest(patterns: Iterable<string>): (key: string) => boolean {
  const keys = new Set<string>()
  const expressions: string[] = []
  for (const pattern of patterns) {
    if (HAS_WILDCARD.test(pattern)) expressions.push(toExpression(pattern))
    else keys.add(pattern)
  }
  if (expressions.length === 0) return (key) => keys.has(key)
  const expression = new RegExp(`^(?:${expressions.join('|')})$`, 'su')
  return (key) => keys.has(key) || expression.test(key)
}

/** Patterns that are separated by commas; a comma behind a backslash means itself. */
export function splitPatterns(text: string): string[] {
  return (text.match(/(?:\\.|[^,])+/gs) ?? []).map((pattern) => pattern.trim())
}

function toExpression(pattern: string): string {
  return pattern.replace(TOKEN, (token, quoted?: string, wildcard?: string) => {
    if (wildcard !== undefined) return wildcard === '*' ? '.*' : '.'
    return (quoted ?? token).replace(SPECIAL, '\\$&')
  })
}
