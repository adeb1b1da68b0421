import assert from 'node:assert/strict'
import { endpointsByPath } from '../../lib/server/endpoints-by-path.js'
import { ENDPOINTS } from '../../lib/server/routes.js'

describe('endpointsByPath()', () => {
  it('has each endpoint once, beside those of its path', () => {
    const paths = endpointsByPath(ENDPOINTS)
    const all = [...paths.values()].flat()
    assert.deepEqual(new Set(all), new Set(ENDPOINTS))
    assert.equal(all.length, ENDPOINTS.length)
    for (const [path, own] of paths) for (const each of own) assert.equal(each.path, path)
    const state = paths.get('/_api/replication/applier-state') ?? []
    assert.deepEqual(state.map(({ method }) => method).sort(), ['DELETE', 'GET'])
  })
})
