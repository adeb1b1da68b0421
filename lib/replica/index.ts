export * from './replica.js'
