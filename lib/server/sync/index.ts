export { syncDatabase } from './sync-database.js'
export { parseSyncRequest, type SyncRequest } from './sync-request.js'
export { Syncs } from './syncs.js'
