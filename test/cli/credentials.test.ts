import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCredentials, readSecret } from '../../lib/cli/credentials.js'
import { UsageError } from '../../lib/cli/usage-error.js'

describe('readCredentials()', () => {
  const environment = {
    TIDEMARK_USERNAME: 'anna',
    TIDEMARK_PASSWORD: 'a',
    TIDEMARK_SOURCE_JWT: 'token',
  }

  it('reads the plain variables', () => {
    const { username, password } = readCredentials(environment, 'only')
    assert.deepEqual({ username, password }, { username: 'anna', password: 'a' })
  })

  it('lets the variables of one end win, as a whole', () => {
    const source = readCredentials(environment, 'source')
    assert.deepEqual(source, { username: undefined, password: undefined, jwt: 'token' })
    assert.equal(readCredentials(environment, 'target').username, 'anna')
  })
})

describe('readSecret()', () => {
  let directory = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-secret-'))
  })
  after(() => rm(directory, { recursive: true }))

  it('reads a file without the newline at its end', async () => {
    const file = join(directory, 'password')
    await writeFile(file, ' with blanks \n')
    assert.equal(readSecret({ A_FILE: file }, 'A'), ' with blanks ')
    assert.equal(readSecret({ A: 'plain', A_FILE: file }, 'A'), 'plain')
    assert.equal(readSecret({}, 'A'), undefined)
  })

  it('names the file that it cannot read', () => {
    const file = join(directory, 'absent')
    const isRight = (error: unknown): boolean =>
      error instanceof UsageError && error.message.includes(file)
    assert.throws(() => readSecret({ A_FILE: file }, 'A'), isRight)
  })
})
