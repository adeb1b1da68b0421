/*
 * A transform: of whatever looks like the number of a payment card the last four digits stay, at any
 * depth of a document. Numbers that fail the check digit of cards (Luhn) are something else and stay.
 *
 *     zcat orders.data.json.gz | tidemark pipe --transform ./dist/examples/redact-cards.js
 *     tidemark dump ./dump ./redacted --transform ./dist/examples/redact-cards.js --parallel 2
 */
import type { DocumentTransform } from 'tidemark/transform'

const CARD = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g
const SHOWN_DIGITS = 4

function hasCheckDigit(digits: string): boolean {
  let sum = 0
  for (let index = 1; index <= digits.length; index += 1) {
    const value = Number(digits.at(-index)) * (index % 2 === 0 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

function redactText(text: string): string {
  return text.replaceAll(CARD, (card) => {
    const digits = card.replaceAll(/\D/g, '')
    if (!hasCheckDigit(digits)) return card
    return '*'.repeat(digits.length - SHOWN_DIGITS) + digits.slice(-SHOWN_DIGITS)
  })
}

/** Changes values in place: a document without a card stays the one that came, and so do its bytes. */
function redact(values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') values[name] = redactText(value)
    else if (typeof value === 'object' && value !== null) redact(value as Record<string, unknown>)
  }
}

const redactCards: DocumentTransform = {
  document(document) {
    redact(document)
    return document
  },
}

export default redactCards
