/* A leader in a process of its own, over the store whose path is the argument. */
import { startLeader } from '../../lib/server/index.js'
import { openStore } from '../../lib/store/index.js'

const [, , path = ''] = process.argv
const store = await openStore(path, { mode: 'write' })
const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
process.once('disconnect', () => {
  void leader.close().then(() => store.close())
})
process.send?.(leader.url)
