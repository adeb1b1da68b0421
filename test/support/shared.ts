import { existsSync, readFileSync } from 'node:fs'

/** The reference data: beside the project's root, which is three levels above the built helpers. */
const SHARED = new URL('../../../../shared/', import.meta.url)

let suitesLeftOut = 0

/**
 * Registers a suite that needs the reference data in `../shared`. Where that folder is absent the
 * suite is not registered, and one line at the end says how many were left out.
 */
export function describeWithShared(title: string, body: () => void): void {
  if (existsSync(SHARED)) {
    describe(title, body)
    return
  }
  if (suitesLeftOut === 0) process.once('exit', tellLeftOut)
  suitesLeftOut += 1
}

/**
 * The place of a file or folder of the reference data; call it inside {@link describeWithShared}.
 *
 * @public
 */
export function sharedUrl(path: string): URL {
  return new URL(path, SHARED)
}

/** Reads a JSON file of the reference data; the caller casts it to what the vectors' README says. */
export function readSharedJson(path: string): unknown {
  return JSON.parse(readFileSync(sharedUrl(path), 'utf8'))
}

function tellLeftOut(): void {
  console.log(`${String(suitesLeftOut)} suites left out: there is no reference data in ../shared`)
}
