import assert from 'node:assert/strict'
import { withFakeAccess } from '../support/fake-access.js'
import { sendError, type Script } from '../support/fake-leader.js'
import { DOCUMENTS, RANGES } from '../support/fake-revisions.js'
import { listRevisions, range, sampleDocuments, sampleRevision } from '../support/seek-contract.js'

const ALL = [...sampleDocuments(100).keys()]
const WHOLE = [range(sampleRevision(0), sampleRevision(99))]

describe('Snapshot.seek of a server that loses the batch', () => {
  it('says so when the batch is gone in the middle, whatever the status', async () => {
    for (const [status, errorNum] of [
      [404, 1600],
      [500, 4],
    ] as const) {
      for (const command of [RANGES, DOCUMENTS]) {
        let isGone = false
        const intercept: Script['intercept'] = ({ name }, response) => {
          if (!isGone || name.startsWith('DELETE')) return false
          const isExtension = name.startsWith('PUT') && name.includes('/batch/')
          if (name !== command && !isExtension) return false
          return sendError(response, isExtension ? 404 : status, errorNum)
        }
        await withFakeAccess(
          { revisionsMax: 40, documentsMax: 40 },
          async ({ access }) => {
            const read = async (): Promise<void> => {
              const items =
                command === RANGES
                  ? access.revisions(WHOLE)
                  : access.documents([BigUint64Array.from(ALL)])
              for await (const item of items) {
                assert.ok(item)
                isGone = true
              }
            }
            await assert.rejects(read, /collection "c" at .*: the batch is gone/)
          },
          { intercept },
        )
      }
    }
  })

  it('leaves an error of a batch that is still there as it is', async () => {
    const intercept: Script['intercept'] = ({ name }, response) => {
      return name === RANGES && sendError(response, 500, 4)
    }
    await withFakeAccess(
      {},
      async ({ access }) => {
        await assert.rejects(listRevisions(access, WHOLE), /status 500, error 4: no such thing/)
      },
      { intercept },
    )
  })
})
