import { SYSTEM_DATABASE } from '../../store/index.js'
import { answers, fails, pathText } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { textParameter } from '../parameters.js'
import { forbidden } from '../request-error.js'
import { assertSystem, ONLY_IN_SYSTEM } from '../system-only.js'

/** `DELETE /_api/database/{name}`. */
export const deleteDatabase: Endpoint = defineEndpoint<string>({
  method: 'DELETE',
  path: '/_api/database/:name',
  access: 'server',
  about: {
    summary: 'drops a database with all that it holds',
    parameters: [pathText('name', 'the database')],
    statuses: [
      answers(200, '`{result: true}`'),
      fails(403, 11, '`_system` stays'),
      ONLY_IN_SYSTEM,
      fails(404, 1228, 'the database is unknown'),
    ],
  },
  read: ({ path }) => textParameter(path, 'name') ?? '',

  async answer(name, { database }, { store, users, appliers }) {
    assertSystem(database)
    if (name === SYSTEM_DATABASE) throw forbidden('the database "_system" stays')
    const found = store.database(name)
    if (found !== undefined) await appliers.forgetDatabase(found)
    await store.dropDatabase(name)
    await users.forgetDatabase(name)
    return jsonAnswer({ error: false, code: 200, result: true })
  },
})
