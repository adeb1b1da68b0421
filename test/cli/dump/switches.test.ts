import assert from 'node:assert/strict'
import { SWITCHES, tieSwitches, toSwitch } from '../../../lib/cli/dump/switches.js'

describe('tieSwitches()', () => {
  const rows: readonly (readonly [given: string, tied: string])[] = [
    ['restore --overwrite ./dump store:s', 'restore --overwrite=true ./dump store:s'],
    ['restore --overwrite false ./dump', 'restore --overwrite=false ./dump'],
    ['restore ./dump --overwrite=false', 'restore ./dump --overwrite=false'],
    ['dump a b --split-files', 'dump a b --split-files=true'],
    ['dump a b --split-files --envelope FALSE', 'dump a b --split-files=true --envelope=false'],
    ['--verbose dump a --continue yes b', '--verbose dump a --continue=yes b'],
    ['restore --collection overwrite', 'restore --collection overwrite'],
    ['restore -- --overwrite true', 'restore -- --overwrite true'],
    ['sync a b --include-system', 'sync a b --include-system'],
    ['', ''],
  ]
  for (const [given, tied] of rows) {
    it(`makes "${tied}" of "${given}"`, () => {
      assert.equal(tieSwitches(given === '' ? [] : given.split(' ')).join(' '), tied)
    })
  }

  it('knows every switch', () => {
    for (const name of SWITCHES) assert.deepEqual(tieSwitches(['dump', name])[1], `${name}=true`)
  })
})

describe('toSwitch()', () => {
  it('reads what people write, in any case', () => {
    assert.deepEqual(['true', 'ON', 'yes', '1'].map(toSwitch), [true, true, true, true])
    assert.deepEqual(['False', 'off', 'no', '0'].map(toSwitch), [false, false, false, false])
  })

  it('refuses anything else', () => {
    for (const text of ['', 'tru', '2', './dump']) assert.throws(() => toSwitch(text), /Say true/)
  })
})
