import {
  answers,
  attribute,
  BAD_ATTRIBUTE,
  BAD_BODY,
  fails,
  pathText,
  queryFlag,
  required,
  type ParameterAbout,
  type StatusAbout,
} from './about.js'

/** The user, in the path. */
export const USER_PART: ParameterAbout = pathText('name', 'the user')

/** What a grant is for, in the path. */
export const DATABASE_PART: ParameterAbout = pathText(
  'dbname',
  'a database; `*` for those without a grant of their own',
)

/** The same. */
export const GRANTED_COLLECTION_PART: ParameterAbout = pathText(
  'collection',
  'a collection of it; `*` for those without a grant of their own',
)

/** Whether a grant is asked for as it was given. */
export const CONFIGURED: ParameterAbout = queryFlag(
  'configured',
  'only what was given by that name, else `undefined`',
  false,
)

/** A grant, in the body. */
export const GRANT: ParameterAbout = required(attribute('grant', 'text', '`rw`, `ro` or `none`'))

/** What is kept of a user, in the body. */
export const USER_SETTINGS: readonly ParameterAbout[] = [
  attribute('passwd', 'text', 'the password', 'empty'),
  attribute('active', 'boolean', 'whether the user may log in', 'true'),
  attribute('extra', 'object', 'whatever is to be kept', '{}'),
]

/** What endpoints about a user answer whose caller is somebody else. */
export const NOT_SELF: StatusAbout = fails(403, 11, 'neither an administrator nor the user itself')

/** What endpoints about a user share. */
export const UNKNOWN_USER: StatusAbout = fails(404, 1703, 'the user is unknown')

/** A name that no user may have. */
export const BAD_USER_NAME: StatusAbout = fails(400, 1700, 'no user may have that name')

/** Names that nothing can have. */
export const BAD_TARGET: StatusAbout = fails(400, 10, 'nothing can have that name')

/** What endpoints that change a user answer. */
export const USER_CHANGED: readonly StatusAbout[] = [
  answers(200, '`{user, active, extra}`'),
  BAD_BODY,
  BAD_ATTRIBUTE,
  NOT_SELF,
  fails(403, 11, 'root would be locked out'),
  UNKNOWN_USER,
]
