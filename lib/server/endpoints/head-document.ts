import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { GET_DOCUMENT } from './get-document.js'

/** `HEAD /_api/document/{collection}/{key}`: as `GET`, without the document. */
export const headDocument: Endpoint = defineEndpoint({ ...GET_DOCUMENT, method: 'HEAD' })
