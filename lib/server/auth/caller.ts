/**
 * Who makes a request: anybody where authentication is off, a user, a holder of the secret, or, where
 * an endpoint is open to all, nobody that is known.
 */
export type Caller =
  | { readonly kind: 'anybody' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'superuser' }
