import { openStoreTarget } from '../../lib/store/index.js'
import { describeTarget } from '../support/target-contract.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

describe('openStoreTarget()', () => {
  const { at } = useTemporaryDirectory()
  describeTarget(async (use) => {
    const target = await openStoreTarget(at('store'), 'db')
    try {
      await use(target)
    } finally {
      await target.close()
    }
  })
})
