import { SYSTEM_DATABASE } from '../../store/index.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { forbidden } from '../request-error.js'
import { assertSystem } from '../system-only.js'

/**
 * `DELETE /_api/database/{name}` in the database `_system`: drops a database with all that it holds.
 *
 * 200 `{result: true}`; 403 with errorNum 11 for `_system` and 1230 in another database; 404 with 1228.
 */
export const deleteDatabase: Endpoint = defineEndpoint<string>({
  method: 'DELETE',
  path: '/_api/database/:name',
  access: 'server',
  read: ({ path }) => textParameter(path, 'name') ?? '',

  async answer(name, { database }, { store }) {
    assertSystem(database)
    if (name === SYSTEM_DATABASE) throw forbidden('the database "_system" stays')
    await store.dropDatabase(name)
    return jsonAnswer({ error: false, code: 200, result: true })
  },
})
