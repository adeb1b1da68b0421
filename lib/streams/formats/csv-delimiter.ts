/** Checks what stands between cells; no delimiter stands for the default one. */
export function assertDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined) return
  if (delimiter.length !== 1 || /["\r\n\ud800-\udfff]/.test(delimiter)) {
    throw new RangeError(
      'Cannot use a delimiter: it must be one character, no quote and no line end',
    )
  }
}
