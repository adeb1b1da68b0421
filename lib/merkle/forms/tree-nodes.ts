import { TREE_DEPTH_MAX } from '../../core/index.js'
import type { Lanes } from '../../values/index.js'
import { leafCount } from '../tree-shape.js'
import { decodeHash } from './hash-text.js'
import { treeNodeCount } from './level-order.js'
import { NodeList } from './node-list.js'
import { readCount, readU64 } from './number-text.js'
import { TreeFormatError } from './tree-format-error.js'
import type { ScalarToken } from './tree-head.js'

/** How the nodes of a text write their hashes: as numbers in the newer forms, else as text. */
export type HashKind = 'number' | 'text'

const NONE = -1

/** The nodes of a tree, attribute by attribute as they come. */
export class TreeNodes {
  /** Nodes that have something. */
  readonly list: NodeList = new NodeList()
  /** Index of the next node: the nodes that came, with those that were skipped. */
  index = 0
  /** Undefined until a node had a hash. */
  hashKind: HashKind | undefined
  /** Index of the first `{}`, if there was one. */
  firstEmpty: number | undefined
  /** Index of the first `skip`, if there was one. */
  firstSkip: number | undefined

  readonly #hash: Lanes = { high: 0, low: 0 }
  #count = NONE
  #skip = NONE
  #hasHash = false

  /** Begins a node. */
  begin(): void {
    this.#count = NONE
    this.#skip = NONE
    this.#hasHash = false
  }

  /** Tells whether an attribute of a node has a meaning here; all others are passed over. */
  static knows(name: string): boolean {
    return name === 'count' || name === 'hash' || name === 'skip'
  }

  /**
   * @param name - one that is known
   * @param token - undefined stands for an array or object
   * @throws TreeFormatError when the value is not what it must be, or is there twice
   */
  set(name: string, token: ScalarToken | undefined): void {
    if (name === 'hash') this.#setHash(token)
    else if (name === 'count') this.#count = this.#readInteger(name, token, this.#count)
    else this.#skip = this.#readInteger(name, token, this.#skip)
  }

  /**
   * Ends a node.
   *
   * @param depth - of the tree, if it has come
   * @throws TreeFormatError when the node lacks something, or the tree has no place for it
   */
  end(depth: number | undefined): void {
    const index = this.index
    if (this.#skip !== NONE) {
      this.#endSkip()
    } else if (this.#hasHash && this.#count !== NONE) {
      this.list.push(index, this.#count, this.#hash)
      this.index += 1
    } else if (this.#hasHash || this.#count !== NONE) {
      throw this.fail(this.#hasHash ? 'has a hash without a count' : 'has a count without a hash')
    } else {
      this.firstEmpty ??= index
      this.index += 1
    }
    this.#checkPlace(index, depth)
  }

  /**
   * Adds a node of which a count, a hash as a number, and nothing else are known to be there.
   *
   * @param depth - of the tree, if it has come
   * @throws TreeFormatError when hashes were texts before, or the tree has no place for the node
   */
  add(count: number, hash: Readonly<Lanes>, depth: number | undefined): void {
    const index = this.index
    this.#setKind('number')
    this.list.push(index, count, hash)
    this.index += 1
    this.#checkPlace(index, depth)
  }

  /**
   * Passes over leaves that are left out.
   *
   * @param count - at least 1
   * @param depth - of the tree, if it has come
   * @throws TreeFormatError when the tree has no place for them
   */
  skip(count: number, depth: number | undefined): void {
    const index = this.index
    this.firstSkip ??= index
    this.index += count
    this.#checkPlace(index, depth)
  }

  /** @throws TreeFormatError when hashes are texts: what servers of today do not take */
  refuseTexts(): void {
    if (this.hashKind !== 'text') return
    throw this.fail('has its hash as text, as in the documented form, not as a number')
  }

  /** The error of the node that is being read. */
  fail(reason: string): TreeFormatError {
    return new TreeFormatError(`nodes[${this.index}]`, reason)
  }

  #endSkip(): void {
    if (this.#hasHash || this.#count !== NONE) throw this.fail('has a skip beside other attributes')
    if (this.#skip === 0) throw this.fail('skips nothing')
    this.firstSkip ??= this.index
    this.index += this.#skip
  }

  #readInteger(name: string, token: ScalarToken | undefined, before: number): number {
    if (before !== NONE) throw this.fail(`has two attributes "${name}"`)
    const value = token?.name === 'numberValue' ? readCount(token.value) : undefined
    if (value === undefined) throw this.fail(`has a ${name} that is not an integer up to 2^53 - 1`)
    return value
  }

  #setHash(token: ScalarToken | undefined): void {
    if (this.#hasHash) throw this.fail('has two attributes "hash"')
    const kind = this.#readHash(token)
    if (kind === undefined) throw this.fail('has a hash that is no 64-bit number or encoded hash')
    this.#setKind(kind)
    this.#hasHash = true
  }

  #setKind(kind: HashKind): void {
    this.hashKind ??= kind
    if (kind !== this.hashKind) throw this.fail('has a hash of another type than those before')
  }

  #checkPlace(index: number, depth: number | undefined): void {
    if (this.index <= nodeLimit(this.hashKind, depth)) return
    throw new TreeFormatError(`nodes[${index}]`, 'is beyond the last node of the tree')
  }

  #readHash(token: ScalarToken | undefined): HashKind | undefined {
    if (token?.name === 'numberValue' && readU64(token.value, this.#hash)) return 'number'
    if (token?.name === 'stringValue' && decodeHash(token.value, this.#hash)) return 'text'
    return undefined
  }
}

/** The nodes that a text can have, as far as it is known by now. */
function nodeLimit(kind: HashKind | undefined, depth: number = TREE_DEPTH_MAX): number {
  return kind === 'number' ? leafCount(depth) : treeNodeCount(depth)
}
