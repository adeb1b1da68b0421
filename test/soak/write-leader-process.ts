/*
 * A leader without authentication over the store whose path is the argument: tells its URL, and serves
 * until it is killed or its parent lets it go.
 */
import { startLeader } from '../../lib/server/index.js'
import { openStore } from '../../lib/store/index.js'

const [, , path = ''] = process.argv
const store = await openStore(path, { mode: 'write', create: true })
const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
process.once('disconnect', () => {
  void leader.close().then(() => store.close())
})
process.send?.(leader.url)
