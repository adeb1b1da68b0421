export { Authentication, type LeaderAuth } from './authentication.js'
export type { Caller } from './caller.js'
export type { Permissions } from './permissions.js'
