import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { asCount, asObject, asText, attribute, read, type Json } from '../../wire/index.js'

/** A password as it is kept: what it hashes to, and how. */
export interface PasswordHash {
  readonly algorithm: 'scrypt'
  /** Cost: memory is 128 bytes times cost times blockSize. A power of two. */
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  /** Base64. */
  readonly salt: string
  /** Base64. */
  readonly hash: string
  /**
   * Salt of a user that came from ArangoDB: the password that was hashed is the SHA-256 of this and
   * the user's password, in hexadecimal, since the password itself was not known.
   */
  readonly foreignSalt?: string | undefined
}

const SETTINGS = { cost: 2 ** 15, blockSize: 8, parallelization: 1 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Twice what {@link SETTINGS} need, since OpenSSL counts a little more than the formula. */
const MEMORY_BYTES_MAX = 2 * 128 * SETTINGS.cost * SETTINGS.blockSize

const derive = promisify(
  (
    password: string,
    salt: Buffer,
    {
      cost,
      blockSize,
      parallelization,
    }: Pick<PasswordHash, 'cost' | 'blockSize' | 'parallelization'>,
    done: (error: Error | null, hash: Buffer) => void,
  ): void => {
    const options = { cost, blockSize, parallelization, maxmem: MEMORY_BYTES_MAX }
    scrypt(password, salt, HASH_BYTES, options, done)
  },
)

/** Hashes a password with a new salt. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, SETTINGS)
  return {
    algorithm: 'scrypt',
    ...SETTINGS,
    salt: salt.toString('base64'),
    hash: hash.toString('base64'),
  }
}

/** Tells whether a password is the one that was hashed, in a time that does not tell how close. */
export async function verifyPassword(password: string, kept: PasswordHash): Promise<boolean> {
  const { foreignSalt } = kept
  const known = foreignSalt === undefined ? password : foreignHash(foreignSalt, password)
  const hash = await derive(known, Buffer.from(kept.salt, 'base64'), kept)
  const expected = Buffer.from(kept.hash, 'base64')
  return hash.length === expected.length && timingSafeEqual(hash, expected)
}

/**
 * Reads a kept password.
 *
 * @throws WireFormatError when it is none
 */
export function parsePasswordHash(value: Json): PasswordHash {
  const reader = read(value, 'a stored password')
  asObject(reader)
  const { value: foreignSalt } = attribute(reader, 'foreignSalt')
  return {
    ...(typeof foreignSalt === 'string' ? { foreignSalt } : {}),
    algorithm: 'scrypt',
    cost: asCount(attribute(reader, 'cost')),
    blockSize: asCount(attribute(reader, 'blockSize')),
    parallelization: asCount(attribute(reader, 'parallelization')),
    salt: asText(attribute(reader, 'salt')),
    hash: asText(attribute(reader, 'hash')),
  }
}

/** What ArangoDB keeps of a password. */
function foreignHash(salt: string, password: string): string {
  return createHash('sha256')
    .update(salt + password)
    .digest('hex')
}
