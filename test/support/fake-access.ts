import assert from 'node:assert/strict'
import type { RevisionAccess, Snapshot } from '../../lib/replica/index.js'
import type { CollectionDefinition } from '../../lib/wire/index.js'
import { withLeader, type FakeLeader, type Script } from './fake-leader.js'
import { answerRevisions, type FakeRevisions } from './fake-revisions.js'
import { sampleDocuments } from './seek-contract.js'

/** Gets what was opened; the calls before are forgotten. */
type Use = (opened: {
  readonly access: RevisionAccess
  readonly leader: FakeLeader
  readonly snapshot: Snapshot
  readonly definition: CollectionDefinition
}) => Promise<void>

/** Opens a collection by revision on a leader that has it; the script comes before what it does. */
export async function withFakeAccess(
  fake: Partial<FakeRevisions>,
  use: Use,
  script: Script = {},
): Promise<void> {
  const answer = answerRevisions({ documents: sampleDocuments(100), rangeMin: 0n, ...fake })
  const intercept: Script['intercept'] = async (call, response) =>
    (await script.intercept?.(call, response)) === true || answer(call, response)
  await withLeader({ ...script, intercept }, async (leader) => {
    const snapshot = await leader.source.openSnapshot()
    const [first] = (await snapshot.inventory()).collections
    assert.ok(first !== undefined)
    const access = await snapshot.seek?.(first.definition)
    assert.ok(access !== undefined)
    leader.calls.length = 0
    await use({ access, leader, snapshot, definition: first.definition })
    await snapshot.close()
  })
}
