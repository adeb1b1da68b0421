import { readSetupFile, UnreadableFileError } from '../ready/read-setup-file.js'
import type { TransformSetup } from '../ready/ready-made.js'
import { PseudonymsError } from './pseudonyms-error.js'

/** As long as the hash is: with less, the key would be the weak part. */
const KEY_BYTES_MIN = 32
const VARIABLE = 'TIDEMARK_PSEUDONYM_KEY'
const FILE_VARIABLE = 'TIDEMARK_PSEUDONYM_KEY_FILE'

/**
 * Reads the secret of pseudonyms: from the variable `TIDEMARK_PSEUDONYM_KEY`, or the file that
 * `TIDEMARK_PSEUDONYM_KEY_FILE` names, whose last newline does not count.
 *
 * @throws PseudonymsError when there is none, there are two, or it is too short
 */
export async function readPseudonymKey({ cwd, environment }: TransformSetup): Promise<Buffer> {
  const { [VARIABLE]: key, [FILE_VARIABLE]: path } = environment
  if (key !== undefined && path !== undefined) {
    throw new PseudonymsError(`both ${VARIABLE} and ${FILE_VARIABLE} are set`)
  }
  if (path !== undefined) return checkPseudonymKey(await readKeyFile(path, cwd))
  if (key !== undefined) return checkPseudonymKey(key)
  throw new PseudonymsError(
    `there is no key: set ${VARIABLE}, or ${FILE_VARIABLE} to a file with it`,
  )
}

/** @throws PseudonymsError when it is too short */
export function checkPseudonymKey(key: string | Uint8Array): Buffer {
  const bytes = Buffer.from(key as Uint8Array)
  if (bytes.length >= KEY_BYTES_MIN) return bytes
  throw new PseudonymsError(`the key has ${bytes.length} bytes, and ${KEY_BYTES_MIN} are the least`)
}

async function readKeyFile(path: string, cwd: string): Promise<string> {
  try {
    return (await readSetupFile(path, cwd)).replace(/\r?\n$/, '')
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error
    const reason = `the key file "${path}" cannot be read: ${error.message}`
    throw new PseudonymsError(reason, {}, { cause: error })
  }
}
