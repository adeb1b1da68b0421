/** Media types of the protocol (server notes, section 1). */
export const CONTENT_TYPE = {
  json: 'application/json',
  dump: 'application/x-arango-dump',
  velocypack: 'application/x-velocypack',
} as const
