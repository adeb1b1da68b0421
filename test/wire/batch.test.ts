import assert from 'node:assert/strict'
import {
  formatBatch,
  formatBatchRequest,
  formatErrorBody,
  formatLoggerState,
  parseBatch,
  parseBatchRequest,
  parseErrorBody,
  parseLoggerState,
  WireFormatError,
} from '../../lib/wire/index.js'

const LOGGER_STATE = {
  state: {
    running: true,
    lastLogTick: '184846',
    lastUncommittedLogTick: '184846',
    totalEvents: 0,
    time: '2025-11-15T07:47:20Z',
  },
  server: { version: '3.12.10', serverId: '153018529730512', engine: 'rocksdb' },
  clients: [{ serverId: '7', lastServedTick: '12' }],
}

describe('parseBatchRequest()', () => {
  it('reads what formatBatchRequest() writes', () => {
    assert.deepEqual(parseBatchRequest(formatBatchRequest({ ttlSeconds: 600 })), {
      ttlSeconds: 600,
    })
    assert.deepEqual(parseBatchRequest({}), { ttlSeconds: 0 })
    assert.deepEqual(parseBatchRequest({ ttl: 2 ** 62 }), { ttlSeconds: 2 ** 62 })
  })

  it('refuses what is no object and a ttl that is no whole number of 0 or more', () => {
    for (const body of [
      undefined,
      null,
      5,
      'x',
      [],
      { ttl: -1 },
      { ttl: 1.5 },
      { ttl: '5' },
      { ttl: null },
    ]) {
      assert.throws(() => parseBatchRequest(body), WireFormatError)
    }
  })
})

describe('parseBatch()', () => {
  it('reads what formatBatch() writes, with and without state', () => {
    for (const more of [{}, { state: LOGGER_STATE }]) {
      const answer = { id: '123', lastTick: '18446744073709551615', ...more }
      assert.deepEqual(formatBatch(parseBatch(answer)), answer)
    }
  })

  it('refuses an answer without id or lastTick', () => {
    for (const answer of [
      { lastTick: '1' },
      { id: '', lastTick: '1' },
      { id: '1' },
      { id: '1', lastTick: 1 },
    ]) {
      assert.throws(() => parseBatch(answer), WireFormatError)
    }
  })
})

describe('parseLoggerState()', () => {
  it('reads what formatLoggerState() writes', () => {
    assert.deepEqual(formatLoggerState(parseLoggerState(LOGGER_STATE)), LOGGER_STATE)
  })

  it('does without what old servers do not tell', () => {
    const { state, server, clients } = parseLoggerState({
      state: { lastLogTick: '1' },
      server: { version: '3.4.0', serverId: '1' },
    })
    assert.deepEqual(
      [state.lastUncommittedLogTick, state.isRunning, server.engine, clients],
      [undefined, true, 'unknown', []],
    )
    assert.deepEqual(
      Object.keys(formatLoggerState({ state, server, clients })['state'] as object),
      ['running', 'lastLogTick', 'totalEvents', 'time'],
    )
  })
})

describe('parseErrorBody()', () => {
  it('reads what formatErrorBody() writes', () => {
    const body = { error: true, code: 404, errorNum: 1203, errorMessage: 'collection not found' }
    assert.deepEqual(formatErrorBody(parseErrorBody(body)), body)
  })

  it('does without number and message, not without code', () => {
    assert.deepEqual(parseErrorBody({ code: 500 }), { code: 500, errorNum: 0, errorMessage: '' })
    assert.throws(() => parseErrorBody({ error: true }), WireFormatError)
  })
})
