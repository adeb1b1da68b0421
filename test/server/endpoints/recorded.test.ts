import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { askJson } from '../support/ask.js'
import { startTestLeader } from '../support/test-leader.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'

/** Names and types of a JSON value's attributes, in order. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return 'array'
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.entries(value).map(([name, each]) => [name, shapeOf(each)])
}

describeWithShared('recorded answers', () => {
  for (const version of ['3.10', '3.11', '3.12']) {
    it(`GET logger-state has the shape that ${version} has`, async () => {
      const file = `fixtures/docs-${version}-RestReplicationLoggerStateActive_single.txt`
      const recording = readFileSync(sharedUrl(file), 'utf8')
      const recorded = JSON.parse(recording.slice(recording.lastIndexOf('\n{'))) as unknown
      const { url, close } = await startTestLeader()
      const { value } = await askJson(`${url}/_api/replication/logger-state`)
      assert.deepEqual(shapeOf(value), shapeOf(recorded))
      await close()
    })
  }
})
