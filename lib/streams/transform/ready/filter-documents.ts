import type { Json } from '../../../wire/index.js'
import type { DocumentContext, DocumentTransform, MutableDocument } from '../document-transform.js'
import { isAttributes, namesOf, type AttributePath } from './attribute-paths.js'

/** Tells whether a document stays. */
export type DocumentTest = (document: MutableDocument, context: DocumentContext) => unknown

/** Tells whether a document stays by the value of an attribute, undefined where there is none. */
export type ValueTest = (value: Json) => unknown

/**
 * Makes a transform that keeps the documents for which a function gives something truthy. The function
 * is to look only: a document that stays leaves as the bytes that came.
 */
export function filterDocuments(test: DocumentTest): DocumentTransform {
  return {
    name: 'filter',
    isReadOnly: true,
    document: (document, context) => (Boolean(test(document, context)) ? document : undefined),
  }
}

/**
 * Makes a transform that keeps documents by one attribute: those in which it is a value, is a text that
 * a regular expression fits, or passes a test. Of values in arrays on the way one has to pass.
 *
 * @throws RangeError when the path is none
 */
export function filterAttribute(
  path: AttributePath,
  wanted: string | number | boolean | null | RegExp | ValueTest,
): DocumentTransform {
  const names = namesOf(path)
  const test = createValueTest(wanted)
  return { ...filterDocuments((document) => somePasses(document, names, test)), name: 'filter' }
}

/**
 * Makes a transform of an expression in JavaScript, which sees the document as `document` and `doc`,
 * and its `context`: `doc.age >= 18`. The expression is a program that may do whatever this process
 * may: it must come of the person who runs it, never of a file or a request of somebody else.
 *
 * @throws SyntaxError when it is no expression
 */
export function filterExpression(expression: string): DocumentTransform {
  const body = `return (\n${expression}\n)`
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running the user's own code is what it is for
  const test = new Function('document', 'doc', 'context', body) as (
    document: MutableDocument,
    doc: MutableDocument,
    context: DocumentContext,
  ) => unknown
  return filterDocuments((document, context) => test(document, document, context))
}

function createValueTest(wanted: Parameters<typeof filterAttribute>[1]): ValueTest {
  if (typeof wanted === 'function') return wanted
  if (!(wanted instanceof RegExp)) return (value) => value === wanted
  return (value) => {
    // A global expression would go on from where the last document ended.
    wanted.lastIndex = 0
    return typeof value === 'string' && wanted.test(value)
  }
}

function somePasses(value: Json, names: readonly string[], test: ValueTest, depth = 0): boolean {
  if (depth === names.length) return Boolean(test(value))
  if (Array.isArray(value)) {
    return value.some((item: Json) => somePasses(item, names, test, depth))
  }
  const name = names[depth] as string
  const isThere = isAttributes(value) && Object.hasOwn(value, name)
  return somePasses(
    isThere ? value[name] : undefined,
    names,
    test,
    isThere ? depth + 1 : names.length,
  )
}
