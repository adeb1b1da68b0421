/** Something that happens a number of times, and a promise of the last. */
export interface Countdown {
  readonly count: () => void
  readonly reached: Promise<void>
}

/** Waits for something to happen so many times, without looking at a clock. */
export function countdown(times: number): Countdown {
  let left = times
  let resolve: () => void = () => undefined
  const reached = new Promise<void>((done) => {
    resolve = done
  })
  const count = (): void => {
    left -= 1
    if (left === 0) resolve()
  }
  return { count, reached }
}
