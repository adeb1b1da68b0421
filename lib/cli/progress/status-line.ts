import type { Writable } from 'node:stream'
import { printable } from '../printable.js'

const COLUMNS = 80
const ERASE_LINE = '\r\u001B[K'

/** A terminal, or what stands for one. */
type Terminal = Writable & { readonly columns?: number | undefined }

/** One line of a terminal that is written again and again, below lines that stay. */
export class StatusLine {
  readonly #out: Terminal
  #text = ''

  constructor(out: Terminal) {
    this.#out = out
  }

  /** Replaces the line; what does not fit into one is cut off. */
  update(text: string): void {
    // Terminals without a window, those of containers for example, say 0.
    const columns = this.#out.columns === 0 ? COLUMNS : (this.#out.columns ?? COLUMNS)
    // The last column stays free: a full line would move the cursor on to the next.
    this.#text = Array.from(printable(text))
      .slice(0, columns - 1)
      .join('')
    this.#out.write(ERASE_LINE + this.#text)
  }

  /** Writes a line that stays. */
  say(text: string): void {
    this.#out.write(`${this.#text === '' ? '' : ERASE_LINE}${printable(text)}\n${this.#text}`)
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#text !== '') this.#out.write(ERASE_LINE)
    this.#text = ''
  }
}
