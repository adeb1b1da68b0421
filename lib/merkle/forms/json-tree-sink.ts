import { jsonParser, type Token } from 'stream-json/core/parser.js'
import type { ByteSink } from './feed-bytes.js'
import type { ReadTree } from './tree-form.js'
import { TreeFormatError } from './tree-format-error.js'
import { TreeTextReader, type TreeGeneration } from './tree-text-reader.js'

/**
 * Characters of the longest key, text or number. A tree has none above 20; the rest is for
 * attributes that are passed over.
 */
const TOKEN_LENGTH_MAX = 4096
/** Characters that can come without the end of a token: what the parser holds is bounded by it. */
const SILENCE_LENGTH_MAX = 64 * 1024

/**
 * Reads a tree from the bytes of its JSON text. The parser is stream-json's tokenizer without its
 * streams; numbers come as their text, so that no digit is lost.
 */
export class JsonTreeSink implements ByteSink<ReadTree> {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  readonly #parse = jsonParser({ packValues: true, streamValues: false })
  readonly #reader: TreeTextReader
  #silenceLength = 0

  constructor(generation: TreeGeneration) {
    this.#reader = new TreeTextReader(generation)
  }

  /** @throws TreeFormatError when the text cannot become a tree */
  write(bytes: Uint8Array): void {
    const text = this.#decode(bytes)
    const tokens = this.#tokenize(text)
    this.#silenceLength = tokens.length > 0 ? 0 : this.#silenceLength + text.length
    if (this.#silenceLength > SILENCE_LENGTH_MAX) throw tooLong()
    for (const token of tokens) {
      if (isTooLong(token)) throw tooLong()
      this.#reader.write(token)
    }
  }

  /** @throws TreeFormatError or TreeError when the text was no tree */
  end(): ReadTree {
    this.#decode()
    // The parser needs no end: an object is complete with its last brace.
    return this.#reader.end()
  }

  /** Decodes bytes; without any, makes sure that no character is cut at the end. */
  #decode(bytes?: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: bytes !== undefined })
    } catch (error) {
      throw new TreeFormatError('text', 'is not UTF-8', { cause: error })
    }
  }

  #tokenize(text: string): readonly Token[] {
    try {
      const answer = this.#parse(text)
      return typeof answer === 'symbol' ? [] : answer.values
    } catch (error) {
      throw new TreeFormatError('text', describeSyntax(error), { cause: error })
    }
  }
}

function isTooLong(token: Token): boolean {
  return 'value' in token && typeof token.value === 'string'
    ? token.value.length > TOKEN_LENGTH_MAX
    : false
}

function tooLong(): TreeFormatError {
  return new TreeFormatError('text', `has a value of more than ${TOKEN_LENGTH_MAX} characters`)
}

/** The parser says where it was by its words alone. */
function describeSyntax(error: unknown): string {
  const isBehindEnd = error instanceof Error && error.message.endsWith('unexpected characters')
  return isBehindEnd ? 'goes on after the end of the tree' : 'is not JSON'
}
