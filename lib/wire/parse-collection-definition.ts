import {
  DOCUMENT_COLLECTION,
  EDGE_COLLECTION,
  type CollectionDefinition,
  type Json,
  type JsonObject,
  type ViewDefinition,
} from './collection-definition.js'
import {
  asArray,
  asObject,
  asText,
  attribute,
  isAbsent,
  optional,
  read,
  refused,
  type Reader,
} from './reader.js'

/**
 * Reads one `{parameters, indexes}` of an inventory or of a structure file. An empty `indexes` is
 * taken from inside `parameters`, where old dumps have it (client notes, 4.5).
 *
 * @throws WireFormatError when there are no parameters, no name or no known type
 */
export function parseCollectionDefinition(value: Json, what: string): CollectionDefinition {
  return readCollectionDefinition(read(value, what))
}

/** As {@link parseCollectionDefinition}, inside a larger value. */
export function readCollectionDefinition(reader: Reader): CollectionDefinition {
  const parametersReader = attribute(reader, 'parameters')
  const parameters = asObject(parametersReader)
  const name = asText(attribute(parametersReader, 'name'))
  const syncByRevision = attribute(parametersReader, 'syncByRevision').value
  return {
    name,
    type: readType(attribute(parametersReader, 'type')),
    globallyUniqueId: optional(attribute(parametersReader, 'globallyUniqueId'), asText),
    id: readId(parameters),
    isSystem: name.startsWith('_'),
    isDeleted: parameters['deleted'] === true,
    syncByRevision: syncByRevision !== false,
    parameters,
    indexes: readIndexes(reader, parametersReader),
  }
}

/** The JSON form of a definition: the inverse of {@link parseCollectionDefinition}. */
export function formatCollectionDefinition({
  parameters,
  indexes,
}: CollectionDefinition): JsonObject {
  return { parameters, indexes }
}

function readType(reader: Reader): CollectionDefinition['type'] {
  const { value } = reader
  if (value !== DOCUMENT_COLLECTION && value !== EDGE_COLLECTION) {
    throw refused(reader, 'a collection type, 2 for documents or 3 for edges')
  }
  return value
}

function readId({ id, cid }: JsonObject): string | undefined {
  return [id, cid].find((text): text is string => typeof text === 'string' && text !== '')
}

function readIndexes(reader: Reader, parametersReader: Reader): readonly JsonObject[] {
  const outer = attribute(reader, 'indexes')
  const inner = attribute(parametersReader, 'indexes')
  const indexes = isAbsent(outer) ? [] : asArray(outer)
  const chosen = indexes.length > 0 || isAbsent(inner) ? indexes : asArray(inner)
  return chosen
    .map((index) => asObject(index))
    .filter(({ type }) => type !== 'primary' && type !== 'edge')
}

/**
 * Reads the definition of a view.
 *
 * @throws WireFormatError when it has no name or no type
 */
export function parseViewDefinition(value: Json, what: string): ViewDefinition {
  return readViewDefinition(read(value, what))
}

/** As {@link parseViewDefinition}, inside a larger value. */
export function readViewDefinition(reader: Reader): ViewDefinition {
  return {
    name: asText(attribute(reader, 'name')),
    type: asText(attribute(reader, 'type')),
    globallyUniqueId: optional(attribute(reader, 'globallyUniqueId'), asText),
    properties: asObject(reader),
  }
}
