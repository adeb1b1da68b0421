import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describeFollowed } from '../../lib/cli/progress/describe-followed.js'
import { createFollowView } from '../../lib/cli/progress/follow-view.js'
import { summariseFollowed } from '../../lib/cli/summary.js'
import { NO_TOTALS, NOTHING_FOLLOWED, type FollowProgress } from '../../lib/sync/index.js'
import { tick } from '../../lib/values/index.js'
import { positionAt } from '../sync/follow/support/positions.js'

function progress(markers: number, isLevel = true): FollowProgress {
  return {
    kind: 'followed',
    position: positionAt(BigInt(markers)),
    totals: { ...NOTHING_FOLLOWED, markers, bytes: markers * 1000 },
    leaderTick: tick(100n),
    isLevel,
    lagTicks: 0n,
    lagSeconds: isLevel ? 0 : 12,
  }
}

const STARTED = {
  kind: 'follow-started',
  source: 'http://leader',
  target: 'store:copy',
  position: positionAt(3n),
} as const

describe('describeFollowed()', () => {
  it('tells place, lag, sum and the rate since the last time', () => {
    let nowMs = 0
    const describe = describeFollowed(() => nowMs)
    nowMs = 2000
    assert.equal(describe(progress(10)), 'tick 10: level, 10 changes, 5/s, 5.0 kB/s')
    nowMs = 3000
    assert.equal(describe(progress(13, false)), 'tick 13: 12 s behind, 13 changes, 3/s, 3.0 kB/s')
  })
})

describe('createFollowView()', () => {
  let nowMs = 0
  function linesOf(events: readonly (readonly [number, FollowProgress])[]): string[] {
    const stderr = new PassThrough()
    const view = createFollowView({ stdout: new PassThrough(), stderr }, () => nowMs)
    for (const [ms, event] of events) {
      nowMs = ms
      view.show(event)
    }
    view.end()
    return String(stderr.read() ?? '')
      .split('\n')
      .filter((line) => line !== '')
  }

  it('writes a line every two seconds where stderr is no terminal', () => {
    nowMs = 0
    const lines = linesOf([
      [0, progress(1)],
      [1000, progress(2)],
      [2000, progress(3)],
      [2500, progress(4, false)],
      [4000, progress(5, false)],
    ])
    assert.deepEqual(
      lines.map((line) => line.slice(0, 9)),
      ['  tick 1:', '  tick 3:', '  tick 5:'],
    )
  })

  it('writes nothing as long as nothing changes, and a line when it becomes level', () => {
    nowMs = 0
    const lines = linesOf([
      [0, progress(1, false)],
      [5000, progress(1, false)],
      [10_000, progress(1, false)],
      [15_000, progress(1, true)],
      [20_000, progress(1, true)],
    ])
    assert.equal(lines.length, 2)
    assert.match(lines[1] ?? '', /level/)
  })

  it('tells the copy as a copy is told, and notices and gaps in between', () => {
    const stderr = new PassThrough()
    const view = createFollowView({ stdout: new PassThrough(), stderr }, () => 0)
    const collections = [{ name: 'users', size: { documents: 1, bytes: undefined } }]
    const copy = { source: 'http://leader', target: 'store:copy', tick: undefined, collections }
    view.show({ kind: 'started', ...copy })
    view.show({ kind: 'retry', message: 'once more' })
    view.show({ kind: 'finished', tick: undefined, collections: [], views: 0, totals: NO_TOTALS })
    view.show(STARTED)
    view.show({ kind: 'warning', message: 'look' })
    view.show({ kind: 'gap', code: 'ERR_TAIL_GAP', message: 'markers are missing' })
    view.end()
    assert.deepEqual(String(stderr.read()).trimEnd().split('\n'), [
      'copying 1 collection of http://leader to store:copy',
      'retry: once more',
      'following http://leader from tick 3',
      'warning: look',
      'gap: markers are missing; moving what differs',
    ])
  })

  it('keeps one line on a terminal', () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
    const view = createFollowView({ stdout: new PassThrough(), stderr }, () => 0)
    view.show(STARTED)
    view.show(progress(1))
    view.show(progress(2))
    view.show({ kind: 'retry', message: 'once more' })
    view.show({ kind: 'gap', code: 'ERR_TAIL_GAP', message: 'missing' })
    view.end()
    const said = String(stderr.read())
    assert.equal(said.split('\n').length, 4)
    assert.equal(said.split('\u001B[K').length - 1, 4)
    assert.match(said, /tick 2: level/)
  })
})

describe('summariseFollowed()', () => {
  it('tells where it ended and what was applied', () => {
    assert.equal(
      summariseFollowed(progress(1)),
      'level with its leader at tick 1: 1 change, 0 documents, 0 removals\n',
    )
    const totals = { ...NOTHING_FOLLOWED, definitions: 2, resyncs: 1, replacedRevisions: 3 }
    assert.equal(
      summariseFollowed({ ...progress(7, false), totals }),
      'behind its leader at tick 7: 0 changes, 0 documents, 0 removals, 2 definitions, ' +
        'synchronised anew 1 time\n3 documents had no revision to keep and got a new one\n',
    )
  })
})
