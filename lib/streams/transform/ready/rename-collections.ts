import type { ChunkEntry } from '../../chunk-entry.js'
import type { DocumentTransform, MutableDocument } from '../document-transform.js'
import { isAttributes } from './attribute-paths.js'

const GRAPHS = '_graphs'
const IDS = ['_id', '_from', '_to'] as const
const BACKSLASH = 0x5c

/**
 * Makes a transform that gives collections other names, and follows them wherever the old names stand:
 * in `_from` and `_to` of edges, in `_id`, and in the graphs of the collection `_graphs`. All are
 * renamed at one time, so that two may exchange their names.
 *
 * @param names - old names and new ones
 * @throws RangeError when a name is empty or has a slash, or an old one is there twice
 */
export function renameCollections(
  names: Iterable<readonly [from: string, to: string]>,
): DocumentTransform {
  const renames = new Map<string, string>()
  for (const [from, to] of names) {
    for (const name of [from, to]) assertName(name)
    if (renames.has(from)) throw new RangeError(`"${from}" would get two names`)
    renames.set(from, to)
  }
  const needles = [...renames.keys()].map((name) =>
    Buffer.from(`${JSON.stringify(name).slice(0, -1)}/`),
  )
  return {
    name: 'rename-collection',
    collection({ name, type, isSystem }) {
      const to = renames.get(name)
      // A document that is no edge names no other collection.
      const mayName = to !== undefined || type === 'edge' || isSystem
      return { name: to, data: mayName ? 'transform' : 'unchanged' }
    },
    line(line, { collection }) {
      return collection === GRAPHS || mayName(line, needles) ? undefined : true
    },
    document(document, { collection }) {
      for (const attribute of IDS) followId(document, attribute, renames)
      if (collection === GRAPHS) followGraph(document, renames)
      return document
    },
  }
}

/** Whether a line has one of the names where an id may be; one with escapes may hide it. */
function mayName({ lineBytes }: ChunkEntry, needles: readonly Buffer[]): boolean {
  return lineBytes.includes(BACKSLASH) || needles.some((needle) => lineBytes.includes(needle))
}

function assertName(name: string): void {
  if (name !== '' && !name.includes('/')) return
  throw new RangeError(`"${name}" is no name of a collection`)
}

function followId(
  document: MutableDocument,
  attribute: string,
  renames: ReadonlyMap<string, string>,
): void {
  const id = document[attribute]
  if (typeof id !== 'string') return
  const slash = id.indexOf('/')
  const to = slash < 0 ? undefined : renames.get(id.slice(0, slash))
  if (to !== undefined) document[attribute] = `${to}${id.slice(slash)}`
}

/** A graph names the collections of its edges, and of the vertices on both sides and of none. */
function followGraph(graph: MutableDocument, renames: ReadonlyMap<string, string>): void {
  const follow = (name: unknown): unknown =>
    typeof name === 'string' ? (renames.get(name) ?? name) : name
  const followList = (owner: MutableDocument, attribute: string): void => {
    const list = owner[attribute]
    if (Array.isArray(list)) owner[attribute] = list.map(follow)
  }
  followList(graph, 'orphanCollections')
  const { edgeDefinitions } = graph
  if (!Array.isArray(edgeDefinitions)) return
  for (const definition of edgeDefinitions as readonly unknown[]) {
    if (!isAttributes(definition)) continue
    if ('collection' in definition) definition['collection'] = follow(definition['collection'])
    followList(definition, 'from')
    followList(definition, 'to')
  }
}
