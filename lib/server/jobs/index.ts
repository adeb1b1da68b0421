export * from './job-about.js'
export * from './jobs.js'
export * from './storable.js'
