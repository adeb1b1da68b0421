import { Readable } from 'node:stream'
import type { Source } from '../../replica/index.js'
import type { ChangeEvent } from './tail-item.js'
import { tailChanges, type TailChangesOptions } from './tail-changes.js'

/**
 * How {@link createTailStream} reads. There is no checkpoint: what was taken out of a stream may lie
 * in the buffers of those behind it. Save an event's position where it has been dealt with.
 */
export type TailStreamOptions = Omit<TailChangesOptions, 'checkpoint'>

/**
 * As {@link tailChanges}, as a stream of ChangeEvents in object mode. It buffers nothing: an event is
 * asked for when somebody reads, so a slow reader stops the polling. Destroying it closes the log.
 *
 * @throws RangeError at the call when the source has no log or an option is out of range
 */
export function createTailStream(source: Source, options: TailStreamOptions): Readable {
  const events = tailChanges(source, { ...options, checkpoint: undefined })[Symbol.asyncIterator]()
  const close = async (): Promise<void> => {
    await events.return?.()
  }
  return new Readable({
    objectMode: true,
    highWaterMark: 0,
    read() {
      events.next().then(
        ({ done, value }: IteratorResult<ChangeEvent, unknown>) => {
          this.push(done === true ? null : value)
        },
        (error: unknown) => {
          this.destroy(error as Error)
        },
      )
    },
    destroy(error, callback) {
      const end = (): void => {
        callback(error)
      }
      close().then(end, end)
    },
  })
}
