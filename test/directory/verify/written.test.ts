import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import {
  openDirectory,
  openDirectoryTarget,
  type DirectoryTargetOptions,
} from '../../../lib/directory/index.js'
import { runFullSync } from '../../../lib/sync/index.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { verifyAll } from '../support/findings-of.js'

const FORMS: Readonly<Record<string, DirectoryTargetOptions>> = {
  'as a server of today': {},
  'not compressed': { gzip: false },
  'in an envelope': { envelope: true },
  'in several files': { splitBytes: 20_000 },
  'as VelocyPack': { vpack: true },
  'as VelocyPack in several files, not compressed': {
    vpack: true,
    gzip: false,
    splitBytes: 20_000,
  },
  'for servers of 3.8': { format: '3.8', envelope: true },
  'without data': { structureOnly: true },
}

describeWithShared('verifyDirectory, what was written', () => {
  const { at } = useTemporaryDirectory()

  for (const [title, options] of Object.entries(FORMS)) {
    it(`finds nothing wrong with dumps that were written ${title}`, async () => {
      for (const name of ['got-family-tree', 'fraud-detection']) {
        const source = await openDirectory(fileURLToPath(sharedUrl(`datasets/${name}`)))
        const target = await openDirectoryTarget(at(name), options)
        await runFullSync(source, target, { includeSystem: true })
        await target.close()
        await source.close()
        const { short, finished, events } = await verifyAll(at(name))
        assert.deepEqual(short, options.structureOnly === true ? STRUCTURE_ONLY : [])
        const written = name === 'got-family-tree' ? 740 : 210
        assert.equal(finished.documents, options.structureOnly === true ? 0 : written)
        assert.equal(events[0]?.kind === 'started' && events[0].hasManifest, true)
      }
    })
  }
})

const STRUCTURE_ONLY = ['data-missing  (warning)']
