/** Who makes a request: anybody where authentication is off, a user, or a holder of the secret. */
export type Caller =
  | { readonly kind: 'anybody' }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'superuser' }
