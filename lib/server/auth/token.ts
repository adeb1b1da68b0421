import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose'

const ISSUER = 'arangodb'
const ALGORITHM = 'HS256'

/** How long a token counts that was made by {@link makeToken}; ArangoDB's default. */
const LIFETIME_SECONDS = 3600

/** What a token says that is right. */
export type TokenClaims =
  | { readonly kind: 'superuser' }
  | {
      readonly kind: 'user'
      readonly name: string
      /** When it was made, in seconds since 1970; undefined where it does not say. */
      readonly issuedAt: number | undefined
    }

/**
 * Checks a JSON Web Token as ArangoDB makes them: HS256, issuer `arangodb`, and either a `server_id`
 * (superuser) or the `preferred_username` of a user; `exp` is honoured where it is present.
 *
 * @returns undefined for every token that is not right
 */
export async function checkToken(
  token: string,
  secret: Uint8Array,
): Promise<TokenClaims | undefined> {
  try {
    const options = { algorithms: [ALGORITHM], issuer: ISSUER }
    const { payload } = await jwtVerify(token, secret, options)
    return claimsOf(payload)
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** Makes a token of a user, which counts for an hour. */
export function makeToken(user: string, secret: Uint8Array): Promise<string> {
  const issuedAt = Math.floor(Date.now() / 1000)
  return new SignJWT({ preferred_username: user })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(secret)
}

function claimsOf({
  preferred_username: name,
  server_id: serverId,
  iat: issuedAt,
}: JWTPayload): TokenClaims | undefined {
  if (typeof name === 'string') return { kind: 'user', name, issuedAt }
  if (name === undefined && typeof serverId === 'string') return { kind: 'superuser' }
  return undefined
}
