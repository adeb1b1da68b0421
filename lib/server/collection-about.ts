import {
  fails,
  pathText,
  queryText,
  required,
  type ParameterAbout,
  type StatusAbout,
} from './about.js'

const WHAT = 'its name, local id or globallyUniqueId'

/** The collection, in the path of `/_api/collection`. */
export const NAME_PART: ParameterAbout = pathText('name', WHAT)

/** The collection, in the path of endpoints about what is in one. */
export const COLLECTION_PART: ParameterAbout = pathText('collection', WHAT)

/** The collection, in the query. */
export const COLLECTION_QUERY: ParameterAbout = required(queryText('collection', WHAT))

/** An index, in the path. */
export const INDEX_PART: ParameterAbout = pathText(
  'index',
  'its id, without the collection, or its name',
)

/** What is shared by endpoints about an index. */
export const UNKNOWN_INDEX: StatusAbout = fails(404, 1212, 'the index is unknown')

/** What is shared by endpoints that give a collection a name. */
export const BAD_COLLECTION_NAME: readonly StatusAbout[] = [
  fails(400, 1208, 'no collection may have that name'),
  fails(409, 1207, 'another one has the name'),
]

/** What is shared by endpoints that take properties of a collection. */
export const NOT_HEEDED: StatusAbout = fails(501, 9, 'a schema or computed values are given')
