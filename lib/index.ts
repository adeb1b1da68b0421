/** Placeholder of the package's main entry point. */
export * from './core/index.js'
export * from './values/index.js'
