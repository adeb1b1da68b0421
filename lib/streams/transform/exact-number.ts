/**
 * A number that JavaScript cannot hold and that is no whole number, as its text: what functions get
 * with `numbers: 'exact'`.
 */
export class ExactNumber {
  /** The number as JSON has it. */
  readonly text: string

  /** @throws SyntaxError when the text is no JSON number */
  constructor(text: string) {
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text)) {
      throw new SyntaxError('Cannot make an exact number: the text is no JSON number')
    }
    this.text = text
  }

  /** The number as JSON has it. */
  toString(): string {
    return this.text
  }

  /** The nearest number that JavaScript has; comparing and calculating use it. */
  valueOf(): number {
    return Number(this.text)
  }

  /**
   * Refuses, since `JSON.stringify` would lose digits.
   *
   * @throws TypeError always
   */
  toJSON(): never {
    throw new TypeError('Cannot write an exact number as JSON: JSON.stringify would lose digits')
  }
}
