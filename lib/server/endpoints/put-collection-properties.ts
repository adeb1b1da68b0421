import type { JsonObject } from '../../wire/index.js'
import { propertiesAnswer, settableProperties } from '../collection-properties.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readObject } from '../object-body.js'
import { collectionName, useCollection } from '../use-collection.js'

interface Input {
  readonly name: string
  readonly properties: JsonObject
}

/**
 * `PUT /_api/collection/{name}/properties` with `{[waitForSync][, cacheEnabled]}`: changes properties.
 *
 * 200 with all of them; 400 for a bad body, 404 with errorNum 1203, 501 for a schema or computed values.
 */
export const putCollectionProperties: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/collection/:name/properties',
  access: 'database-rw',

  read(request) {
    const { cacheEnabled, waitForSync } = settableProperties(readObject(request))
    const properties = {
      ...(cacheEnabled === undefined ? {} : { cacheEnabled }),
      ...(waitForSync === undefined ? {} : { waitForSync }),
    }
    return { name: collectionName(request.path, 'name'), properties }
  },

  async answer({ name, properties }, request, context) {
    const collection = useCollection(name, request, context)
    return propertiesAnswer(await context.store.changeCollection(collection, properties))
  },
})
