export * from './checksum.js'
export * from './checksum-task.js'
export * from './revision-hash.js'
