/**
 * Waits for something that knows nothing of the signal.
 *
 * @throws the signal's reason as soon as it is aborted; the promise then goes on unheard
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      // Whatever was given as the reason is what shall be thrown.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal.reason)
    }
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    const forget = (): void => {
      signal.removeEventListener('abort', giveUp)
    }
    promise.then(resolve, reject).finally(forget)
  })
}
