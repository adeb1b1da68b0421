/** A pattern in which `*` stands for any characters, `?` for one, and a backslash quotes the next. */
const TOKEN = /\\(.)|(\*+|\?)|[^]/gsu
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
    if (HAS_WILDCARD.test(pattern)) expressions.push(toExpression(pattern, expressions.length))
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

/**
 * What stands between two asterisks is looked for once, at its first place, which is as good as any
 * later one: a group that was looked ahead for is not gone back into. So no key takes long, whatever
 * the pattern.
 *
 * @param index - of the pattern, since its groups need names of their own
 */
function toExpression(pattern: string, index: number): string {
  const parts = ['']
  for (const [token, quoted, wildcard] of pattern.matchAll(TOKEN)) {
    if (wildcard?.startsWith('*') === true) parts.push('')
    else parts.push((parts.pop() ?? '') + toOneCharacter(quoted ?? token, wildcard))
  }
  const [first = '', ...others] = parts
  const last = others.pop()
  const middle = others.map((part, place) => {
    const name = `p${index}_${place}`
    return `(?=(?<${name}>.*?${part}))\\k<${name}>`
  })
  return [first, ...middle, ...(last === undefined ? [] : [`.*${last}`])].join('')
}

function toOneCharacter(character: string, wildcard: string | undefined): string {
  return wildcard === undefined ? character.replace(SPECIAL, '\\$&') : '.'
}
