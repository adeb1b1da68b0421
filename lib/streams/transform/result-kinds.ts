import type { JsonObject } from '../../wire/index.js'
import { Routed } from './routed-document.js'

/** Tells whether a result is one document, rather than several, none, or one to come. */
export function isDocument(result: unknown): result is JsonObject {
  if (typeof result !== 'object' || result === null) return false
  // A lookup that finds something is the cheapest of them all.
  if (typeof (result as { readonly _key?: unknown })._key === 'string') return true
  if (result instanceof Routed || isIterable(result)) return false
  return !isAsyncIterable(result) && !isThenable(result)
}

/** Tells whether a result is a list of documents, or makes one. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
}

/** Tells whether a result is several documents to come. */
function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function'
}

/** Tells whether a result is still to come. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown }).then === 'function'
}
