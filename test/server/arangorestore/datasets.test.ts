import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeWithShared, sharedUrl } from '../../support/shared.js'
import { assertRestored } from '../support/arangorestore.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

/**
 * What of large sets a second form is tried with, since the calls do not differ; `npm run soak --
 * arangorestore` does all of them in both.
 */
const COLLECTIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  'fraud-detection': undefined,
  'got-family-tree': undefined,
  'debian-deps-partial': ['Pre-Depends', '_graphs', '_routing', '_modules'],
  'imdb-people-enveloped': ['Genre', 'directed', '_graphs'],
  'itsm-incidents-cluster': ['vendor'],
}

for (const compat of ['documented', 'arangodb'] as const) {
  describeWithShared(`arangorestore into a leader of the form ${compat}`, () => {
    const root = fileURLToPath(sharedUrl('datasets'))
    let leader: TestLeader

    before(async () => {
      leader = await startTestLeader({ compat })
    })

    after(() => leader.close())

    it('is tried with every dump that there is', () => {
      const sets = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
      assert.deepEqual(sets.map(({ name }) => name).sort(), Object.keys(COLLECTIONS).sort())
    })

    for (const [name, some] of Object.entries(COLLECTIONS)) {
      const collections = compat === 'documented' ? undefined : some
      it(`${name} is equal by content, and its indexes and views are those of the dump`, () =>
        assertRestored(leader, join(root, name), { collections })).timeout(180_000)
    }
  })
}
