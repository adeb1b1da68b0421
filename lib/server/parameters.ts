const TRUE_WORDS = ['true', 'yes', 'on', 'y', '1', '✓']
const WHOLE_NUMBER = /^\+?\d+$/
const U64_END = 2n ** 64n

/** Parameters of a URL by name, decoded; of a repeated one the last counts. */
export type Parameters = Readonly<Record<string, string>>

/** Reads the query of a URL. */
export function parseParameters(query: string): Parameters {
  return Object.fromEntries(new URLSearchParams(query))
}

/** A text; absent and empty are one. */
export function textParameter(parameters: Parameters, name: string): string | undefined {
  const text = ownParameter(parameters, name)
  return text === '' ? undefined : text
}

/**
 * A whole number of 64 bits, read as leniently as the original does (server notes, section 1):
 * whatever is no such number is 0.
 *
 * @returns undefined when the parameter is absent
 */
export function numberParameter(parameters: Parameters, name: string): bigint | undefined {
  const text = ownParameter(parameters, name)
  return text === undefined ? undefined : parseLenientNumber(text)
}

/** A whole number of 64 bits; 0 when the text is none. */
export function parseLenientNumber(text: string): bigint {
  const trimmed = text.trim()
  if (!WHOLE_NUMBER.test(trimmed)) return 0n
  const value = BigInt(trimmed.replace('+', ''))
  return value < U64_END ? value : 0n
}

/** True for `true`, `yes`, `on`, `y`, `1` and `✓` in any case; present and anything else is false. */
export function booleanParameter(parameters: Parameters, name: string): boolean | undefined {
  const text = ownParameter(parameters, name)
  return text === undefined ? undefined : TRUE_WORDS.includes(text.trim().toLowerCase())
}

function ownParameter(parameters: Parameters, name: string): string | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined
}
