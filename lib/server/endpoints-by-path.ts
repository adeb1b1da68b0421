import type { Endpoint } from './endpoint.js'

/** The endpoints of each path, which differ in their methods. */
export function endpointsByPath(
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, readonly Endpoint[]> {
  const paths = new Map<string, Endpoint[]>()
  for (const endpoint of endpoints) {
    paths.set(endpoint.path, [...(paths.get(endpoint.path) ?? []), endpoint])
  }
  return paths
}
