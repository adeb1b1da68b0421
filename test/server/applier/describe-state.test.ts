import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { APPLIER_DEFAULTS } from '../../../lib/server/applier/applier-config.js'
import type { ApplierFigures } from '../../../lib/server/applier/applier-figures.js'
import { createFigures, showPosition } from '../../../lib/server/applier/create-figures.js'
import { describeState } from '../../../lib/server/applier/describe-state.js'
import { describeConfig } from '../../../lib/server/applier/format-config.js'
import { parseApplierConfig } from '../../../lib/server/applier/parse-applier-config.js'
import { formatExactJson } from '../../../lib/streams/index.js'
import { tick } from '../../../lib/values/index.js'
import type { JsonObject } from '../../../lib/wire/index.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'

const ENDPOINT = 'tcp://127.0.0.1:8529'

interface StateDocument {
  readonly state: Readonly<Record<string, unknown>>
  readonly server: { readonly version: string; readonly serverId: string }
}

/** The JSON body of a recording, as compact text. */
function recorded(name: string): string {
  const text = readFileSync(sharedUrl(`fixtures/docs-${name}_single.txt`), 'utf8')
  const [, response = ''] = text.split('## RESPONSE')
  return JSON.stringify(JSON.parse(response.slice(response.indexOf('{'))))
}

function timeOf(value: unknown): number {
  return Date.parse(String(value))
}

function documentOf(changes: Partial<ApplierFigures>): StateDocument {
  const figures = { ...createFigures('_system', 0), ...changes }
  const config = { endpoint: ENDPOINT, database: '_system' }
  const document = describeState({
    figures,
    startedAt: undefined,
    config,
    serverId: '7',
    version: '3.11.1',
    now: 0,
  })
  return JSON.parse(formatExactJson(document)) as StateDocument
}

/** Describes what a recording tells, with its own figures. */
function replay(text: string, figures: Partial<ApplierFigures>): string {
  const { state, server } = JSON.parse(text) as StateDocument
  const { started, time, progress } = state as Record<string, string> & { progress: object }
  const { time: progressTime, message } = progress as unknown as Record<string, string>
  const document = describeState({
    figures: {
      ...createFigures('_system', 0),
      progress: { time: timeOf(progressTime), message: message ?? '', failedConnects: 0 },
      ...figures,
    },
    startedAt: started === '' ? undefined : timeOf(started),
    config: { endpoint: ENDPOINT, database: '_system' },
    serverId: server.serverId,
    version: server.version,
    now: timeOf(time),
  })
  return formatExactJson(document)
}

describeWithShared('state documents and configurations', () => {
  for (const version of ['3.11', '4.x']) {
    const phase = (name: string): string => recorded(`${version}-RestReplicationApplier${name}`)

    it(`are those of ${version} when it was started`, () => {
      const text = phase('Start')
      assert.equal(replay(text, { phase: 'running' }), text)
    })

    for (const name of ['Stop', 'StateNotRunning']) {
      it(`are those of ${version} in ${name}`, () => {
        const text = phase(name)
        assert.equal(replay(text, { totalRequests: 2 }), text)
      })
    }

    it(`are those of ${version} when it failed`, () => {
      const text = phase('StateRunning')
      const { state } = JSON.parse(text) as StateDocument
      const { errorMessage, time } = state['lastError'] as Record<string, string>
      const lastError = { errorNum: 1405, message: errorMessage ?? '', time: timeOf(time) }
      assert.equal(replay(text, { totalRequests: 3, lastError }), text)
    })
  }

  it('are those of 3.10 where nobody configured anything', () => {
    const text = recorded('3.10-RestReplicationApplierGetConfig')
    assert.equal(formatExactJson(describeConfig(APPLIER_DEFAULTS)), text)
  })

  it('are those of 3.10 after a configuration', () => {
    const name = 'docs-3.10-RestReplicationApplierSetConfig_single.txt'
    const text = readFileSync(sharedUrl(`fixtures/${name}`), 'utf8')
    const [request = ''] = text.split('## RESPONSE')
    const body = JSON.parse(request.slice(request.indexOf('{'))) as JsonObject
    const config = parseApplierConfig(body, APPLIER_DEFAULTS, '_system')
    assert.equal(
      formatExactJson(describeConfig(config)),
      recorded('3.10-RestReplicationApplierSetConfig'),
    )
  })
})

describe('describeState()', () => {
  it('says that it was never started', () => {
    const { state } = documentOf({})
    assert.deepEqual([state['started'], state['running'], state['phase']], ['', false, 'inactive'])
    assert.equal(
      (state['progress'] as { message: string }).message,
      "applier initially created for database '_system'",
    )
    assert.ok(!('ticksBehind' in state))
  })

  it('runs in the phase of that name only', () => {
    for (const phase of ['inactive', 'initial', 'shutdown'] as const) {
      assert.equal(documentOf({ phase }).state['running'], false, phase)
      assert.equal(documentOf({ phase }).state['phase'], phase)
    }
    assert.equal(documentOf({ phase: 'running' }).state['running'], true)
  })

  it('tells ticks as text, and how far behind it is as a number of any size', () => {
    const lastAvailable = tick(2n ** 63n + 1n)
    const figures = createFigures('d', 0)
    const document = describeState({
      figures: { ...figures, phase: 'running', lastApplied: tick(1n), lastAvailable },
      startedAt: 0,
      config: { endpoint: undefined, database: undefined },
      serverId: '7',
      version: '3.11.1',
      now: 0,
    })
    const text = formatExactJson(document)
    assert.match(text, /"lastAppliedContinuousTick":"1"/)
    assert.match(text, /"lastAvailableContinuousTick":"9223372036854775809"/)
    assert.match(text, /"ticksBehind":9223372036854775808,/)
    assert.deepEqual(Object.keys(document), ['state', 'server'])
  })

  it('is behind what was read last, and never less than nothing', () => {
    const behind = (applied: bigint, processed: bigint, available: bigint): unknown =>
      documentOf({
        phase: 'running',
        lastApplied: tick(applied),
        lastProcessed: tick(processed),
        lastAvailable: tick(available),
      }).state['ticksBehind']
    assert.deepEqual([behind(1n, 5n, 9n), behind(6n, 5n, 9n), behind(9n, 9n, 3n)], [4, 3, 0])
  })

  it('tells times of work in seconds, and of one piece of it', () => {
    const { state } = documentOf({
      totalApplyTime: 500,
      applyCount: 4,
      totalFetchTime: 3000,
      fetchCount: 2,
    })
    const times = ['totalApplyTime', 'averageApplyTime', 'totalFetchTime', 'averageFetchTime']
    assert.deepEqual(
      times.map((name) => state[name]),
      [0.5, 0.125, 3, 1.5],
    )
  })
})

describe('showPosition()', () => {
  it('shows where the store says that the data stands', () => {
    const position = {
      serverId: '1',
      database: 'd',
      tick: tick(9n),
      resumeTick: tick(7n),
      openTransactions: [],
    }
    const figures = { ...createFigures('d', 0), lastAvailable: tick(12n) }
    const shown = showPosition(figures, position)
    const { lastApplied, lastProcessed, lastAvailable, safeResume } = shown
    assert.deepEqual([lastApplied, lastProcessed, lastAvailable, safeResume], [9n, 9n, 12n, 7n])
    assert.deepEqual(showPosition(figures, undefined), createFigures('d', 0))
  })
})

describe('createFigures()', () => {
  it('says whose they are', () => {
    assert.match(createFigures(undefined, 0).progress.message, /for all databases$/)
  })
})
