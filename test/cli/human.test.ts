import assert from 'node:assert/strict'
import { formatBytes, formatCount, formatRate, formatSeconds, plural } from '../../lib/cli/human.js'

describe('formatBytes()', () => {
  it('chooses the unit', () => {
    const rows = [0, 999, 1000, 48_300_000, 2.5e12, 5e15].map(formatBytes)
    assert.deepEqual(rows, ['0 B', '999 B', '1.0 kB', '48.3 MB', '2.5 TB', '5000.0 TB'])
  })
})

describe('formatSeconds()', () => {
  it('is as exact as the length needs', () => {
    assert.deepEqual([0.44, 12.4, 185].map(formatSeconds), ['0.4 s', '12 s', '3 min 05 s'])
  })
})

describe('formatCount(), plural(), formatRate()', () => {
  it('write figures for people', () => {
    assert.equal(formatCount(174426), '174,426')
    assert.equal(plural(1, 'document'), '1 document')
    assert.equal(plural(1200, 'document'), '1,200 documents')
    assert.equal(formatRate(10_000_000, 2), '5.0 MB/s')
    assert.equal(formatRate(0, 0), '0 B/s')
  })
})
