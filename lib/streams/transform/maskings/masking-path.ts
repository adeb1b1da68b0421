/** Which leaves of a document a rule is for (client notes, 4.4). */
export interface MaskingPath {
  /** `all`: every leaf; `exact`: those at the path; `suffix`: those whose path ends so. */
  readonly kind: 'all' | 'exact' | 'suffix'
  readonly names: readonly string[]
}

const QUOTES: ReadonlySet<string> = new Set(['`', '\u00b4'])

/**
 * Reads a path of a maskings file: names joined by points; with a leading point whatever ends so; `*`
 * alone for every leaf. Between backticks or acute accents a point and a `*` mean themselves.
 *
 * @returns the path, or the reason why it is none
 */
export function parseMaskingPath(text: string): MaskingPath | string {
  if (text === '') return 'it is empty'
  if (text === '*') return { kind: 'all', names: [] }
  const isSuffix = text.startsWith('.')
  const names = splitNames(isSuffix ? text.slice(1) : text)
  if (names === undefined) return 'a quote is not closed'
  if (names.includes('')) return 'it has an empty component'
  return { kind: isSuffix ? 'suffix' : 'exact', names }
}

/** Tells whether a leaf is meant; the names of the attributes down to it, arrays not counted. */
export function matchesPath(path: MaskingPath, names: readonly string[]): boolean {
  if (path.kind === 'all') return true
  const skipped = names.length - path.names.length
  if (skipped < 0 || (path.kind === 'exact' && skipped > 0)) return false
  return path.names.every((name, index) => name === names[skipped + index])
}

/** Undefined when a quote is not closed. */
function splitNames(text: string): string[] | undefined {
  const names = ['']
  let quote: string | undefined
  for (const character of text) {
    if (quote === undefined && character === '.') names.push('')
    else if (quote === undefined && QUOTES.has(character)) quote = character
    else if (character === quote) quote = undefined
    else names.push((names.pop() as string) + character)
  }
  return quote === undefined ? names : undefined
}
