import type { StoreCollection, StoreDatabase } from '../../store/index.js'
import { ERROR_NUMBER, type CollectionDefinition } from '../../wire/index.js'
import { attribute, BAD_BODY, fails, queryFlag, required } from '../about.js'
import { BAD_COLLECTION_NAME } from '../collection-about.js'
import { defineEndpoint, type Endpoint, type EndpointContext } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { RequestError } from '../request-error.js'
import { BAD_DECLARATION, readDeclaration } from '../restore/read-declaration.js'
import { FORCE_WITHOUT_EFFECT, RESTORED, restoredAnswer } from '../restore/restored-answer.js'
import { keptGuid, withGuid } from '../restore/restored-guid.js'
import { assertGranted } from '../use-collection.js'

interface Input {
  readonly definition: CollectionDefinition
  /** Put it in the place of one that is there. */
  readonly overwrites: boolean
}

/** `PUT /_api/replication/restore-collection`. Indexes have an endpoint of their own. */
export const putRestoreCollection: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/restore-collection',
  access: 'database-rw',
  about: {
    summary: 'makes an empty collection as a dump declares it, without its indexes',
    parameters: [
      queryFlag('overwrite', 'put it in the place of one that is there', false),
      FORCE_WITHOUT_EFFECT,
      queryFlag('ignoreDistributeShardsLikeErrors', 'without effect: there are no shards', false),
      required(attribute('parameters', 'object', 'its properties; ids are made anew')),
      required(attribute('indexes', 'array', 'passed over here')),
    ],
    statuses: [
      RESTORED,
      BAD_BODY,
      BAD_DECLARATION,
      ...BAD_COLLECTION_NAME,
      fails(400, 1218, 'the type is neither 2 nor 3'),
    ],
  },

  read: (request) => ({
    definition: readDeclaration(request),
    overwrites: booleanParameter(request.query, 'overwrite') ?? false,
  }),

  async answer({ definition, overwrites }, request, context) {
    const { database } = request
    const { name, isSystem, isDeleted } = definition
    const present = findByName(database, name, context)
    if (present !== undefined) assertGranted(present, name, request, 'rw')
    if (isDeleted) return restoredAnswer()
    if (present !== undefined && !overwrites) {
      // Every database has its own already.
      if (isSystem) return restoredAnswer()
      const message = `Cannot restore collection "${name}": the name is taken`
      throw new RequestError(409, ERROR_NUMBER.duplicateName, message)
    }
    await context.store.replaceCollection(database, localDefinition(definition, database, context))
    return restoredAnswer()
  },
})

type Stored = Pick<EndpointContext, 'store'>

/** By nothing but its name: the store takes ids for names too. */
function findByName(
  database: StoreDatabase,
  name: string,
  { store }: Stored,
): StoreCollection | undefined {
  return store.collections(database).find(({ definition }) => definition.name === name)
}

function localDefinition(
  wanted: CollectionDefinition,
  database: StoreDatabase,
  { store }: Stored,
): CollectionDefinition {
  const present = store.collections(database).map(({ definition }) => definition)
  const globallyUniqueId = keptGuid(wanted, present)
  const parameters = withGuid(wanted.parameters, globallyUniqueId)
  return { ...wanted, globallyUniqueId, parameters }
}
