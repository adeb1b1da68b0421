export * from './errors.js'
export * from './limits.js'
export * from './unreachable.js'
export * from './version.js'
