import type { CollectionInfo, CollectionPlan } from '../../streams/index.js'
import {
  EDGE_COLLECTION,
  parseCollectionDefinition,
  type CollectionDefinition,
  type JsonObject,
} from '../../wire/index.js'

/** A collection as transforms are told of it. */
export function infoOf(
  definition: CollectionDefinition,
  database: string | undefined,
): CollectionInfo {
  const { name, type, isSystem, parameters, indexes } = definition
  return {
    database,
    name,
    type: type === EDGE_COLLECTION ? 'edge' : 'document',
    isSystem,
    parameters,
    indexes,
  }
}

/**
 * What transforms make of a definition. A renamed collection has no globallyUniqueId: it would drop
 * an earlier copy of the same collection under its own name.
 *
 * @param nameOf - the name that another collection of the source has at the target
 * @throws WireFormatError when what a transform gave is no definition
 */
export function transformDefinition(
  definition: CollectionDefinition,
  plan: CollectionPlan,
  nameOf: (name: string) => string | undefined,
): CollectionDefinition {
  const isRenamed = plan.name !== definition.name
  if (!isRenamed && plan.parameters === undefined && plan.indexes === undefined) {
    return withPrototype(definition, nameOf)
  }
  const parameters: Record<string, unknown> = { ...definition.parameters, ...plan.parameters }
  parameters['name'] = plan.name
  if (isRenamed) {
    delete parameters['globallyUniqueId']
    if ('isSystem' in parameters) parameters['isSystem'] = plan.name.startsWith('_')
  }
  const indexes = plan.indexes ?? definition.indexes
  const what = `what transforms made of the definition of collection "${definition.name}"`
  return withPrototype(parseCollectionDefinition({ parameters, indexes }, what), nameOf)
}

/** Follows the name of the collection whose shards this one shares; without it if that is left out. */
function withPrototype(
  definition: CollectionDefinition,
  nameOf: (name: string) => string | undefined,
): CollectionDefinition {
  const { distributeShardsLike: prototype, ...others } = definition.parameters
  if (typeof prototype !== 'string' || nameOf(prototype) === prototype) return definition
  const name = nameOf(prototype)
  const parameters: JsonObject =
    name === undefined ? others : { ...definition.parameters, distributeShardsLike: name }
  return { ...definition, parameters }
}
