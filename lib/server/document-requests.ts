import { readDocumentBody, type BodyItems } from './document-body.js'
import { readDocumentOptions, revisionHeader, type DocumentOptions } from './document-options.js'
import type { EndpointRequest } from './endpoint.js'
import { badParameter } from './request-error.js'
import { collectionName } from './use-collection.js'

/** A request that changes the document whose key is in its path. */
export interface OneChange {
  readonly collection: string
  readonly options: DocumentOptions
  readonly change: {
    readonly key: string | undefined
    readonly text: Buffer
    readonly expectedRevision: string | undefined
  }
}

/** A request with an array, each item of which is about a document of the collection. */
export interface ManyItems {
  readonly collection: string
  readonly options: DocumentOptions
  readonly items: BodyItems
}

/** @throws RequestError 400 when the body is no document */
export function readOneChange(request: EndpointRequest): OneChange {
  const body = readDocumentBody(request)
  if (body.kind === 'array') throw badParameter('the body needs to be a document')
  return {
    collection: collectionName(request.path),
    options: readDocumentOptions(request.query),
    change: {
      key: request.path['key'],
      text: body.text,
      expectedRevision: revisionHeader(request, 'if-match'),
    },
  }
}

/** @throws RequestError 400 when the body is no array */
export function readManyItems(request: EndpointRequest): ManyItems {
  const body = readDocumentBody(request)
  if (body.kind === 'single') {
    throw badParameter('the body needs to be an array, or the path a key')
  }
  return {
    collection: collectionName(request.path),
    options: readDocumentOptions(request.query),
    items: body.items,
  }
}
