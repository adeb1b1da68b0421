import { Transform } from 'node:stream'
import { OBJECT_HIGH_WATER_MARK } from '../core/index.js'

declare const items: unique symbol

/**
 * A Transform that remembers its item types. The types are phantom: the value is a plain
 * `Transform`, so `pipeline()` and `.pipe()` take it as they take any other.
 */
export interface ObjectTransform<Input, Output> extends Transform {
  /** Never there; it only carries the types. */
  readonly [items]?: (input: Input) => Output
}

/** How many items a Transform may queue. */
export interface ObjectTransformOptions {
  /** Items on each side. Default: `OBJECT_HIGH_WATER_MARK`. */
  readonly highWaterMark?: number | undefined
}

/**
 * Makes a Transform in object mode from a generator function: yield nothing to drop an item, once
 * to map it, many times to expand it. What one item expands to is queued whole, so it must be
 * bounded; {@link createAsyncObjectTransform} has no such limit.
 *
 * @param expand - what it throws destroys the stream
 */
export function createObjectTransform<Input, Output>(
  expand: (item: Input) => Iterable<Output>,
  { highWaterMark = OBJECT_HIGH_WATER_MARK }: ObjectTransformOptions = {},
): ObjectTransform<Input, Output> {
  return new Transform({
    objectMode: true,
    highWaterMark,
    transform(item: Input, _encoding, done) {
      try {
        for (const output of expand(item)) this.push(output)
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

/** How {@link createAsyncObjectTransform} queues and ends. */
export interface AsyncObjectTransformOptions<Output> extends ObjectTransformOptions {
  /** Gives what comes after the last item. */
  readonly finish?: (() => AsyncIterable<Output>) | undefined
  /** Gives back what was held, whatever the end was. Must not reject. */
  readonly release?: (() => Promise<void>) | undefined
}

/**
 * Makes a Transform in object mode from an async generator function. The generator is asked for
 * more only while there is room, so what one item expands to need not be bounded; it is closed when
 * the stream is destroyed.
 *
 * @param expand - what it throws destroys the stream
 */
export function createAsyncObjectTransform<Input, Output>(
  expand: (item: Input) => AsyncIterable<Output>,
  {
    highWaterMark = OBJECT_HIGH_WATER_MARK,
    finish,
    release,
  }: AsyncObjectTransformOptions<Output> = {},
): ObjectTransform<Input, Output> {
  let wake: (() => void) | undefined
  const pushAll = async (stream: Transform, outputs: AsyncIterable<Output>): Promise<void> => {
    for await (const output of outputs) {
      const hasRoom = !stream.destroyed && stream.push(output)
      if (!hasRoom && !stream.destroyed) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (stream.destroyed) return
    }
  }
  return new Transform({
    objectMode: true,
    highWaterMark,
    transform(item: Input, _encoding, done) {
      pushAll(this, expand(item)).then(() => {
        done()
      }, done)
    },
    flush(done) {
      if (finish === undefined) {
        done()
        return
      }
      pushAll(this, finish()).then(() => {
        done()
      }, done)
    },
    read(size) {
      wake?.()
      Transform.prototype._read.call(this, size)
    },
    destroy(error, done) {
      wake?.()
      if (release === undefined) done(error)
      else
        void release().then(() => {
          done(error)
        })
    },
  })
}
