export * from './address.js'
export * from './address-error.js'
export * from './replica.js'
export * from './write-results.js'
