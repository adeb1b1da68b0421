import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { ENDPOINTS_PAGE, formatEndpointsPage } from './endpoints-page.js'

describe('docs/endpoints.md', () => {
  it('is what the endpoints say of themselves: see npm run endpoints', async () => {
    assert.equal(await readFile(ENDPOINTS_PAGE, 'utf8'), formatEndpointsPage())
  })
})
