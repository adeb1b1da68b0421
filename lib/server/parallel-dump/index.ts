export { ownerOf } from './dump-owner.js'
export { DumpContexts, type DumpUse } from './dump-contexts.js'
export { parseDumpRequest, type DumpRequest } from './dump-request.js'
