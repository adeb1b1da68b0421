import type { JsonObject } from '../../wire/index.js'
import { answers, attribute, BAD_ATTRIBUTE, BAD_BODY, UNKNOWN_COLLECTION } from '../about.js'
import { NAME_PART, NOT_HEEDED } from '../collection-about.js'
import { propertiesAnswer, settableProperties } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject } from '../object-body.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly name: string
  readonly properties: JsonObject
}

/** `PUT /_api/collection/{name}/properties`. */
export const putCollectionProperties: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/collection/:name/properties',
  access: 'database-rw',
  about: {
    summary: 'changes properties of a collection',
    parameters: [
      NAME_PART,
      attribute('waitForSync', 'boolean', 'kept, and told'),
      attribute('cacheEnabled', 'boolean', 'kept, and told'),
    ],
    statuses: [
      answers(200, 'all properties'),
      BAD_BODY,
      BAD_ATTRIBUTE,
      UNKNOWN_COLLECTION,
      NOT_HEEDED,
    ],
  },

  read(request) {
    const { cacheEnabled, waitForSync } = settableProperties(readObject(request))
    const properties = {
      ...(cacheEnabled === undefined ? {} : { cacheEnabled }),
      ...(waitForSync === undefined ? {} : { waitForSync }),
    }
    return { name: collectionName(request.path, 'name'), properties }
  },

  async answer({ name, properties }, request, context) {
    const collection = useCollection(name, request, context, 'rw')
    return propertiesAnswer(await context.store.changeCollection(collection, properties))
  },
})
