import type { Access } from '../../../lib/server/endpoint.js'

/*
 * What each endpoint has to answer, written down from the documented protocol, the notes on servers and
 * drivers: the tests ask for it, and hold what the endpoints say of themselves against it.
 *
 * `STATUS` or `STATUS/ERRORNUM`; two of them where the two forms of the leader differ.
 */

/** The forms of today's protocol. */
export type Form = 'documented' | 'arangodb'

/** What is answered. */
export type Told = string | { readonly documented: string; readonly arangodb: string }

/** A request that is refused, as it differs from the good one. */
export interface Refusal {
  readonly url?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** A user who asks, whose password is `of NAME`. Default: `root`. */
  readonly caller?: string
  readonly told: Told
}

/**
 * One endpoint. In URLs and bodies `{new}` is a name that nothing has, `{batch}` an open batch,
 * `{keys}` a comparison of `c` by key, `{job}` a request that was answered later, and `{collection}`, `{document}`, `{index}`, `{database}` something that was made for this request.
 */
export interface EndpointCase {
  /** Method and path, as in the table of the leader. */
  readonly endpoint: string
  readonly access: Access
  /** A good request: path and query, below the database. */
  readonly url: string
  readonly body?: unknown
  /** Ask it in `_system` instead of another database. */
  readonly isInSystem?: boolean
  /** Only administrators and the user `ann` may ask. */
  readonly isAboutAnn?: boolean
  /** The good request is about the collection `c`. */
  readonly isAboutC?: boolean
  /** What it is about was made by `root`, and is for nobody else. */
  readonly isOfRoot?: boolean
  readonly good: Told
  /** What is answered without a parameter of the query or an attribute of the body. */
  readonly missing?: Readonly<Record<string, Told>>
  /** What is answered to a value that is none; elsewhere it is as good as 0 or false. */
  readonly malformed?: Readonly<Record<string, Told>>
  /** What is answered to a body of no bytes. Default: `400/600`. */
  readonly emptyBody?: Told
  /** What is answered to VelocyPack that is none. Default: `400/600`; `501/9` where lines are wanted. */
  readonly brokenVelocyPack?: Told
  /** Other requests that succeed otherwise. */
  readonly also?: readonly Refusal[]
  readonly refused?: readonly Refusal[]
}

/** What a leader of that form answers. */
export function toldBy(told: Told, form: Form): string {
  return typeof told === 'string' ? told : told[form]
}
