import { printable } from './printable.js'

const CAUSES_MAX = 8

/**
 * Says what went wrong in one line; with `verbose` also the stack and every cause.
 * Messages of errors never hold documents or credentials, so neither does this.
 */
export function describeError(error: unknown, verbose: boolean): string {
  const message = error instanceof Error ? error.message : String(error)
  const line = `tidemark: ${printable(message.replaceAll(/\s*\n\s*/g, ' '))}\n`
  return verbose ? `${line}${stacks(error)}` : line
}

function stacks(error: unknown): string {
  const lines: string[] = []
  let current = error
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    const code = 'code' in current ? ` [${String(current.code)}]` : ''
    lines.push(`${depth === 0 ? '' : 'caused by '}${current.stack ?? current.message}${code}`)
    current = current.cause
  }
  return lines
    .flatMap((text) => text.split('\n'))
    .map((line) => `${printable(line)}\n`)
    .join('')
}
