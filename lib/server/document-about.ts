import {
  answers,
  BAD_BODY,
  fails,
  header,
  pathText,
  queryFlag,
  queryText,
  UNKNOWN_COLLECTION,
  type ParameterAbout,
  type StatusAbout,
} from './about.js'

/** The key, in the path. */
export const KEY_PART: ParameterAbout = pathText('key', 'the `_key` of the document')

/** The revision that the document has to have. */
export const IF_MATCH: ParameterAbout = header('if-match', 'its `_rev`, quoted or bare, else 412')

/** What removals take. */
export const REMOVE_PARAMETERS: readonly ParameterAbout[] = [
  queryFlag('returnOld', 'answer the document as it was, as `old`', false),
  queryFlag('silent', 'answer nothing but errors', false),
  queryFlag('waitForSync', 'another status; every write is on the disk before its answer', false),
]

/** What tells whether the `_rev` of a text counts. */
export const IGNORE_REVS: ParameterAbout = queryFlag(
  'ignoreRevs',
  'false: a `_rev` in the text has to be that of the document',
  true,
)

/** What replacements take. */
export const REPLACE_PARAMETERS: readonly ParameterAbout[] = [
  IGNORE_REVS,
  queryFlag('returnNew', 'answer the document as it is, as `new`', false),
  ...REMOVE_PARAMETERS,
]

/** What updates take. */
export const UPDATE_PARAMETERS: readonly ParameterAbout[] = [
  queryFlag('keepNull', 'false: an attribute that is null in the text is taken out', true),
  queryFlag('mergeObjects', 'false: an object takes the place of the one there', true),
  ...REPLACE_PARAMETERS,
]

/** What insertions take. */
export const INSERT_PARAMETERS: readonly ParameterAbout[] = [
  queryText(
    'overwriteMode',
    '`conflict`, `ignore`, `replace` or `update` what has the key',
    'conflict',
  ),
  queryFlag('isRestore', 'keep the `_rev` that the text has', false),
  queryFlag('overwrite', 'the older word for `overwriteMode=replace`', false),
  ...UPDATE_PARAMETERS,
]

/** The document is not there. */
export const UNKNOWN_DOCUMENT: StatusAbout = fails(404, 1202, 'the document is unknown')

/** The document is not in the revision asked for. */
export const OTHER_REVISION: StatusAbout = fails(412, 1200, 'the document has another `_rev`')

/** Why the text of one document is refused. */
export const BAD_TEXT: readonly StatusAbout[] = [
  fails(400, 1216, 'the document is too large'),
  fails(400, 1227, 'the body is no object, or no Unicode'),
  fails(400, 1233, 'an edge without `_from` or `_to`'),
]

/** What changes of one document answer. */
export const CHANGE_STATUSES: readonly StatusAbout[] = [
  answers(202, '`{_id, _key, _rev, _oldRev[, old][, new]}`'),
  answers(201, 'the same, with `waitForSync`'),
  BAD_BODY,
  fails(400, 10, 'the body is an array'),
  ...BAD_TEXT,
  UNKNOWN_DOCUMENT,
  UNKNOWN_COLLECTION,
  fails(409, 1210, 'a unique index has the values already'),
  OTHER_REVISION,
]

/** A body that is no array. */
export const BAD_ITEMS: readonly StatusAbout[] = [
  BAD_BODY,
  fails(400, 10, 'the body is an object'),
  fails(400, 1227, 'the body is neither an array nor an object'),
  UNKNOWN_COLLECTION,
]

/** What arrays of changes answer. */
export const MANY_STATUSES: readonly StatusAbout[] = [
  answers(202, 'an array, with an error in the place of what was refused'),
  answers(201, 'the same, with `waitForSync`'),
  ...BAD_ITEMS,
]
