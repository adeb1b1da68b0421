import assert from 'node:assert/strict'
import type { ChangeLog, LogAnswer, Source } from '../../../../lib/replica/index.js'

/** A source whose log does something else in places. */
export function wrapLog(source: Source, change: (log: ChangeLog) => Partial<ChangeLog>): Source {
  return new Proxy(source, {
    get(target, name) {
      if (name !== 'openLog') {
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      }
      return (options?: Parameters<NonNullable<Source['openLog']>>[0]): ChangeLog => {
        const log = target.openLog?.(options) ?? assert.fail('the source has no log')
        const plain: ChangeLog = {
          address: log.address,
          database: log.database,
          state: (inner) => log.state(inner),
          collections: (inner) => log.collections(inner),
          read: (request, inner) => log.read(request, inner),
          close: () => log.close(),
        }
        return { ...plain, ...change(log) }
      }
    },
    set(target, name, value) {
      return Reflect.set(target, name, value, target)
    },
  })
}

/** A source whose log says, the first `times`, that it no longer has what is asked for. */
export function withGaps(source: Source, times: number): Source {
  let count = 0
  return wrapLog(source, (log) => ({
    async read(request, options) {
      const answer = await log.read(request, options)
      if (count === times) return answer
      count += 1
      const gap: LogAnswer = { ...answer, fromPresent: false }
      return gap
    },
  }))
}
