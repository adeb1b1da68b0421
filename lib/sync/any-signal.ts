/** A signal that is aborted by the first of two; the outer one comes from a caller and may be absent. */
export function anySignal(inner: AbortSignal, outer: AbortSignal | undefined): AbortSignal {
  return outer === undefined ? inner : AbortSignal.any([inner, outer])
}
