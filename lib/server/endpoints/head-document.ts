import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { GET_DOCUMENT } from './get-document.js'

/** `HEAD /_api/document/{collection}/{key}`: the headers of `GET`. */
export const headDocument: Endpoint = defineEndpoint({
  ...GET_DOCUMENT,
  method: 'HEAD',
  about: { ...GET_DOCUMENT.about, summary: 'whether there is a document, and in which revision' },
})
