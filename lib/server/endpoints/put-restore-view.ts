import { ERROR_NUMBER, parseViewDefinition, type ViewDefinition } from '../../wire/index.js'
import { attribute, BAD_ATTRIBUTE, BAD_BODY, queryFlag, required } from '../about.js'
import { BAD_COLLECTION_NAME } from '../collection-about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject, requiredText } from '../object-body.js'
import { booleanParameter } from '../parameters.js'
import { badParameter, RequestError } from '../request-error.js'
import { FORCE_WITHOUT_EFFECT, RESTORED, restoredAnswer } from '../restore/restored-answer.js'
import { keptGuid, withGuid } from '../restore/restored-guid.js'

const VIEW_TYPES = ['arangosearch', 'search-alias']

interface Input {
  readonly view: ViewDefinition
  /** Put it in the place of one that is there. */
  readonly overwrites: boolean
}

/** `PUT /_api/replication/restore-view`. */
export const putRestoreView: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/restore-view',
  access: 'database-rw',
  about: {
    summary: 'makes a view as a dump declares it; it is kept and told, and nothing searches in it',
    parameters: [
      queryFlag('overwrite', 'put it in the place of one that is there', false),
      FORCE_WITHOUT_EFFECT,
      required(attribute('name', 'text', 'its name')),
      required(attribute('type', 'text', '`arangosearch` or `search-alias`')),
    ],
    statuses: [RESTORED, BAD_BODY, BAD_ATTRIBUTE, ...BAD_COLLECTION_NAME],
  },

  read(request) {
    const body = readObject(request)
    requiredText(body, 'name')
    if (!VIEW_TYPES.includes(requiredText(body, 'type'))) {
      throw badParameter(`the type of a view is ${VIEW_TYPES.join(' or ')}`)
    }
    const view = parseViewDefinition(body, 'the declaration of a view')
    return { view, overwrites: booleanParameter(request.query, 'overwrite') ?? false }
  },

  async answer({ view, overwrites }, { database }, { store }) {
    const { name } = view
    const present = store.views(database).map(({ definition }) => definition)
    if (!overwrites && present.some((other) => other.name === name)) {
      const message = `Cannot restore view "${name}": the name is taken`
      throw new RequestError(409, ERROR_NUMBER.duplicateName, message)
    }
    const globallyUniqueId = keptGuid(view, present)
    const properties = withGuid(view.properties, globallyUniqueId)
    await store.replaceView(database, { ...view, globallyUniqueId, properties })
    return restoredAnswer()
  },
})
