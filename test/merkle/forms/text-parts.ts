import { MerkleTree } from '../../../lib/merkle/index.js'
import { textOf } from './tree-support.js'

/** The attributes of an object as JSON texts, so that no number passes through JavaScript. */
export type TextParts = Readonly<Record<string, string>>

/** A tree of depth 2 with five leaves. */
export function makeSmallTree(): MerkleTree {
  const tree = new MerkleTree({ depth: 2, rangeMin: 100n, rangeMax: 164n, initialRangeMin: 104n })
  tree.insertMany([100n, 101n, 105n, 130n, 163n])
  return tree
}

/** The attributes of the form `current`, nodes included, of {@link makeSmallTree}. */
export function currentParts(): TextParts {
  return cut(textOf(makeSmallTree(), { form: 'current' }))
}

/** The attributes of the form `documented` of {@link makeSmallTree}. */
export function documentedParts(): TextParts {
  return cut(textOf(makeSmallTree(), { form: 'documented', pad: false }))
}

/** The object with these attributes; those that are undefined are left out. */
export function joinParts(parts: Readonly<Record<string, string | undefined>>): string {
  const attributes = Object.entries(parts)
    .filter((entry) => entry[1] !== undefined)
    .map(([name, value]) => `"${name}":${value as string}`)
  return `{${attributes.join(',')}}`
}

/** Replaces one node of the array of nodes. */
export function replaceNode(parts: TextParts, index: number, node: string): TextParts {
  const nodes = (parts['nodes'] as string).slice(2, -2).split('},{')
  nodes[index] = node.slice(1, -1)
  return { ...parts, nodes: `[{${nodes.join('},{')}}]` }
}

/** Works for the texts of trees alone: their only array is the last attribute. */
function cut(text: string): TextParts {
  const start = text.indexOf('"nodes":')
  const parts: Record<string, string> = {}
  for (const attribute of text.slice(1, start - 1).split(',')) {
    const colon = attribute.indexOf(':')
    parts[attribute.slice(1, colon - 1)] = attribute.slice(colon + 1)
  }
  parts['nodes'] = text.slice(start + '"nodes":'.length, -1)
  return parts
}
