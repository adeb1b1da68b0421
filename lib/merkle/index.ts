export * from './revision-hash.js'
export * from './checksum.js'
