import type { Compat } from './compat.js'

/*
 * What an endpoint says of itself: docs/endpoints.md is made of it, and the tests hold it against what
 * is answered. What holds for all endpoints (access, the method, the length of bodies) is not said
 * again by each. Figures stand here as such, not as names: they are what a reader looks up.
 */

/** A parameter of an endpoint. */
export interface ParameterAbout {
  /** Empty for a body as a whole. */
  readonly name: string
  readonly place: 'path' | 'query' | 'header' | 'body'
  readonly type: 'text' | 'number' | 'boolean' | 'object' | 'array' | 'object or array' | 'lines'
  readonly isRequired: boolean
  /** What holds without it; undefined where that is no value. */
  readonly fallback: string | undefined
  /** One phrase. */
  readonly what: string
}

/** A status that an endpoint answers. */
export interface StatusAbout {
  readonly status: number
  /** Of an error. */
  readonly errorNum: number | undefined
  /** What is answered, or why; one phrase. */
  readonly when: string
  /** The form that alone answers so; undefined: both do. */
  readonly compat: Compat | undefined
}

/** What an endpoint says of itself. */
export interface EndpointAbout {
  /** One phrase. */
  readonly summary: string
  readonly parameters: readonly ParameterAbout[]
  /** The statuses that the documented protocol lists; left out where it has no such endpoint. */
  readonly documented?: readonly number[]
  readonly statuses: readonly StatusAbout[]
}

/** A part of the path, which is always there. */
export function pathText(name: string, what: string): ParameterAbout {
  return { name, place: 'path', type: 'text', isRequired: true, fallback: undefined, what }
}

/** A text of the query. */
export function queryText(name: string, what: string, fallback?: string): ParameterAbout {
  return { name, place: 'query', type: 'text', isRequired: false, fallback, what }
}

/** A whole number of the query; whatever is none counts as 0. */
export function queryNumber(name: string, what: string, fallback?: number): ParameterAbout {
  const value = fallback?.toString()
  return { name, place: 'query', type: 'number', isRequired: false, fallback: value, what }
}

/** A boolean of the query; whatever is there and none counts as false. */
export function queryFlag(name: string, what: string, fallback?: boolean): ParameterAbout {
  const value = fallback?.toString()
  return { name, place: 'query', type: 'boolean', isRequired: false, fallback: value, what }
}

/** A header of the request. */
export function header(name: string, what: string): ParameterAbout {
  return { name, place: 'header', type: 'text', isRequired: false, fallback: undefined, what }
}

/** An attribute of an object that is the body. */
export function attribute(
  name: string,
  type: ParameterAbout['type'],
  what: string,
  fallback?: string,
): ParameterAbout {
  return { name, place: 'body', type, isRequired: false, fallback, what }
}

/** A body that is told of as a whole, and has to be there. */
export function body(type: ParameterAbout['type'], what: string): ParameterAbout {
  return { name: '', place: 'body', type, isRequired: true, fallback: undefined, what }
}

/** A parameter that has to be there. */
export function required(parameter: ParameterAbout): ParameterAbout {
  return { ...parameter, isRequired: true }
}

/** A status of success, in both forms or in one of them. */
export function answers(status: number, when: string, compat?: Compat): StatusAbout {
  return { status, errorNum: undefined, when, compat }
}

/** An error, in both forms or in one of them. */
export function fails(
  status: number,
  errorNum: number,
  when: string,
  compat?: Compat,
): StatusAbout {
  return { status, errorNum, when, compat }
}

/** What is shared by endpoints with a body of JSON or VelocyPack. */
export const BAD_BODY: StatusAbout = fails(400, 600, 'the body is not of its format')

/** What is shared by endpoints whose body is an object with attributes. */
export const BAD_ATTRIBUTE: StatusAbout = fails(
  400,
  10,
  'the body is no object, or an attribute is missing or not of its type',
)

/** What is shared by endpoints about a collection. */
export const UNKNOWN_COLLECTION: StatusAbout = fails(404, 1203, 'the collection is unknown')
