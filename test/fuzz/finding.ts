/** Something that a fuzz run found, with all that is needed to see it again. */
export class Finding extends Error {
  /** @param input - the bytes that were read, in hexadecimal */
  constructor(what: string, input: Uint8Array, options?: ErrorOptions) {
    super(`${what}\n  input: ${Buffer.from(input).toString('hex')}`, options)
    this.name = 'Finding'
  }
}
