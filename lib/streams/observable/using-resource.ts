import { Observable, type Subscription } from 'rxjs'

/**
 * Opens something for one subscription and closes it at the end, whatever the end is. Completion and
 * errors are passed on only when closing is done, so who waits for them finds nothing left open.
 *
 * @param open - gets a signal that is aborted when the subscriber leaves
 * @param use - makes the Observable that works with the resource
 * @param close - its failure is an error only where there was none before
 */
export function usingResource<Resource, Value>(
  open: (signal: AbortSignal) => Promise<Resource>,
  use: (resource: Resource) => Observable<Value>,
  close: (resource: Resource) => Promise<void>,
): Observable<Value> {
  return new Observable((subscriber) => {
    const controller = new AbortController()
    let inner: Subscription | undefined
    let closing: Promise<void> | undefined
    let opened: { readonly resource: Resource } | undefined
    const closeOnce = async (): Promise<void> => {
      if (opened !== undefined) await (closing ??= close(opened.resource))
    }
    const fail = (error: unknown): void => {
      subscriber.error(error)
    }
    const begin = (resource: Resource): void => {
      opened = { resource }
      if (subscriber.closed) {
        closeOnce().catch(() => undefined)
        return
      }
      inner = use(resource).subscribe({
        next: (value) => {
          subscriber.next(value)
        },
        error: (error: unknown) => {
          const failWithFirst = (): void => {
            fail(error)
          }
          closeOnce().then(failWithFirst, failWithFirst)
        },
        complete: () => {
          closeOnce().then(() => {
            subscriber.complete()
          }, fail)
        },
      })
    }
    open(controller.signal).then(begin, fail)
    return () => {
      controller.abort()
      inner?.unsubscribe()
      closeOnce().catch(() => undefined)
    }
  })
}
