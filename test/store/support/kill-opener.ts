/*
 * Opens a store for writing and is killed while its trees are built: `node kill-opener.js PATH
 * REVISIONS`, when the tree of a collection has as many revisions.
 */
import { openStore } from '../../../lib/store/index.js'

const [path = '', revisions = '0'] = process.argv.slice(2)
await openStore(path, {
  mode: 'write',
  onTreeProgress(progress) {
    if (progress.revisions >= Number(revisions)) process.kill(process.pid, 'SIGKILL')
  },
})
