export * from './key-chunks.js'
export * from './key-documents.js'
export * from './keys-about.js'
export * from './use-keys.js'
