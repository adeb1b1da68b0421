/*
 * Says in what a backup, a directory that arangodump wrote, differs from the server's database. Exit
 * code 0: equal; 3: different; 1: could not be compared.
 *
 *     TIDEMARK_USERNAME=root TIDEMARK_PASSWORD=… \
 *       node dist/examples/verify-backup.js ./dump http://127.0.0.1:8529/_db/shop
 */
import { openDirectory, openRemote, parseAddress, runDiff, type Difference } from 'tidemark'

const [dump = './dump', url = ''] = process.argv.slice(2)
const address = parseAddress(url)
if (address.kind !== 'remote') throw new TypeError('The second argument is no URL of a server')
const { TIDEMARK_USERNAME: username, TIDEMARK_PASSWORD: password } = process.env

const WORDS: Readonly<Record<Difference['kind'], string>> = {
  different: 'is not the same',
  onlyInA: 'is in the backup only',
  onlyInB: 'is missing in the backup',
  collectionOnlyInA: 'is a collection of the backup only',
  collectionOnlyInB: 'is a collection that is missing in the backup',
}

function show({ kind, collection, key }: Difference): void {
  console.log(`${key === null ? collection : `${collection}/${key}`} ${WORDS[kind]}`)
}

const backup = await openDirectory(dump)
const server = openRemote(address, { username, password })
try {
  const { isEqual, differences } = await runDiff(backup, server, { onDifference: show })
  console.log(isEqual ? 'equal' : `${differences} differences`)
  process.exitCode = isEqual ? 0 : 3
} finally {
  await backup.close()
  await server.close()
}
