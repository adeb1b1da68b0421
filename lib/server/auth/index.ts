export { createAuthenticate, type Authenticate, type LeaderAuth } from './authenticate.js'
export type { Caller } from './caller.js'
export { prepareRootUser, ROOT_USER } from './users.js'
export { ALL_PERMISSIONS, type Permissions } from './permissions.js'
