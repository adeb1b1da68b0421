import { readFileSync } from 'node:fs'

/** The version of this package, from its `package.json`. */
export const TIDEMARK_VERSION: string = readVersion()

function readVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { readonly version: string }
  return version
}
