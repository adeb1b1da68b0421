import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DirectoryTargetOptions } from '../../../lib/directory/index.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { assertRoundTrip, WRITTEN_FORMS } from '../support/round-trip.js'

/** `npm run soak -- directories` has every set in every form; here each set has a form, and each form a set. */
const FORMS: Readonly<Record<string, readonly DirectoryTargetOptions[]>> = {
  'fraud-detection': WRITTEN_FORMS.filter((_, index) => index % 3 === 0),
  'got-family-tree': WRITTEN_FORMS,
  'debian-deps-partial': [{ vpack: true, splitBytes: 1_000_000, gzip: false }],
  'imdb-people-enveloped': [{ format: '3.8', envelope: true, gzip: false }],
  'itsm-incidents-cluster': [{ splitBytes: 2_000_000, gzip: false }],
}

/** What of large sets is done here: all of them take minutes on a slow machine. */
const COLLECTIONS: Readonly<Record<string, readonly string[]>> = {
  'debian-deps-partial': ['Conflicts', 'Pre-Depends', '_graphs', '_routing', '_modules'],
  'imdb-people-enveloped': ['Genre', 'directed', '_graphs'],
  'itsm-incidents-cluster': ['vendor'],
}

describeWithShared('dump directories, read and written and read again', () => {
  const { at } = useTemporaryDirectory()
  const root = fileURLToPath(sharedUrl('datasets'))

  it('are all there', () => {
    const sets = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    assert.deepEqual(sets.map(({ name }) => name).sort(), Object.keys(FORMS).sort())
  })

  for (const [name, forms] of Object.entries(FORMS)) {
    for (const form of forms) {
      it(`${name} is equal by content and revision after ${JSON.stringify(form)}`, () =>
        assertRoundTrip(join(root, name), at('dump'), form, COLLECTIONS[name]))
    }
  }
})
