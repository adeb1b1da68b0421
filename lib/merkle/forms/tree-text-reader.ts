import assert from 'node:assert/strict'
import type { Token } from 'stream-json/core/parser.js'
import { JSON_DEPTH_MAX, unreachable } from '../../core/index.js'
import { assembleTree } from './assemble-tree.js'
import type { ReadTree } from './tree-form.js'
import { TreeFormatError } from './tree-format-error.js'
import { TreeHead, type ScalarToken } from './tree-head.js'
import { TreeNodes } from './tree-nodes.js'

/** Where in the text of a tree the reader is. */
type Phase = 'start' | 'root' | 'nodes' | 'node' | 'end'

/** Which trees {@link parseTree} takes. */
export type TreeGeneration = 'any' | 'current'

/**
 * Reads a tree from the tokens of its JSON text, with the attributes in any order. An attribute
 * without a meaning is passed over; one that has one must not be there twice.
 */
export class TreeTextReader {
  readonly #head = new TreeHead()
  readonly #nodes = new TreeNodes()
  readonly #generation: TreeGeneration
  #phase: Phase = 'start'
  #hasNodes = false
  #key = ''
  /** Arrays and objects that are open in an attribute that is passed over. */
  #nesting = 0

  constructor(generation: TreeGeneration) {
    this.#generation = generation
  }

  /** @throws TreeFormatError when the text with this token is not a tree */
  write(token: Token): void {
    if (this.#nesting > 0) {
      this.#passOver(token)
      return
    }
    switch (this.#phase) {
      case 'start':
        this.#start(token)
        break
      case 'root':
        this.#writeRoot(token)
        break
      case 'nodes':
        this.#writeNodes(token)
        break
      case 'node':
        this.#writeNode(token)
        break
      case 'end':
        assert.fail('a JSON text has one value')
        break
      default:
        unreachable(this.#phase, 'phase of a tree')
    }
  }

  /**
   * The tree, after the last token.
   *
   * @throws TreeFormatError when something is missing or does not fit together
   * @throws TreeError when no tree can have that shape
   */
  end(): ReadTree {
    if (this.#phase !== 'end') throw new TreeFormatError('text', 'ends before the tree does')
    if (!this.#hasNodes) throw new TreeFormatError('nodes', 'is missing')
    return assembleTree(this.#head, this.#nodes)
  }

  #start(token: Token): void {
    if (token.name !== 'startObject') throw new TreeFormatError('text', 'is not an object')
    this.#phase = 'root'
  }

  #writeRoot(token: Token): void {
    if (token.name === 'endObject') this.#phase = 'end'
    else if (token.name === 'keyValue') this.#key = token.value
    else if (this.#key === 'nodes') this.#startNodes(token)
    else if (TreeHead.knows(this.#key)) this.#head.set(this.#key, asScalar(token))
    else this.#passOver(token)
  }

  #startNodes(token: Token): void {
    if (token.name !== 'startArray') throw new TreeFormatError('nodes', 'is not an array')
    if (this.#hasNodes) throw new TreeFormatError('nodes', 'is there twice')
    this.#hasNodes = true
    this.#phase = 'nodes'
  }

  #writeNodes(token: Token): void {
    if (token.name === 'endArray') {
      this.#phase = 'root'
      return
    }
    if (token.name !== 'startObject') throw this.#nodes.fail('is not an object')
    this.#nodes.begin()
    this.#phase = 'node'
  }

  #writeNode(token: Token): void {
    if (token.name === 'endObject') this.#endNode()
    else if (token.name === 'keyValue') this.#key = token.value
    else if (TreeNodes.knows(this.#key)) this.#setOfNode(token)
    else this.#passOver(token)
  }

  #setOfNode(token: Token): void {
    this.#nodes.set(this.#key, asScalar(token))
    if (this.#generation === 'current') this.#nodes.refuseTexts()
  }

  #endNode(): void {
    const depth = this.#head.find('maxDepth')
    this.#nodes.end(depth === undefined ? undefined : Number(depth))
    this.#phase = 'nodes'
  }

  #passOver(token: Token): void {
    if (token.name === 'startObject' || token.name === 'startArray') this.#nesting += 1
    else if (token.name === 'endObject' || token.name === 'endArray') this.#nesting -= 1
    if (this.#nesting > JSON_DEPTH_MAX) throw new TreeFormatError('text', 'is nested too deep')
  }
}

/** The token if it is a whole value, undefined if an array or object begins with it. */
function asScalar(token: Token): ScalarToken | undefined {
  switch (token.name) {
    case 'stringValue':
    case 'numberValue':
    case 'trueValue':
    case 'falseValue':
    case 'nullValue':
      return token
    default:
      return undefined
  }
}
