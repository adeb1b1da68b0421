import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDirectory, openDirectoryTarget } from '../../lib/directory/index.js'
import { runFullSync } from '../../lib/sync/index.js'
import { verifyAll } from '../directory/support/findings-of.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { Random } from './random.js'

/** Which damages are tried. */
export interface DamageOptions {
  readonly seed: number
  /** Index of the first one. */
  readonly from: number
  readonly count: number
}

/** Name and content of each file of a directory. */
type Contents = ReadonlyMap<string, Buffer>

/**
 * Damages a small dump directory again and again, at one random place each time: in any of its files,
 * the manifest included, a bit is turned over, or the file is cut. Each time the directory is checked and
 * then made whole.
 *
 * @throws AssertionError with each damage that was not found, or not by its file
 */
export async function checkDamages({ seed, from, count }: DamageOptions): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'tidemark-damage-'))
  try {
    const contents = await writeDump(path)
    const missed: string[] = []
    for (let index = from; index < from + count; index += 1) {
      const damage = await damageOnce(path, contents, new Random(seed, index))
      if (damage !== undefined) missed.push(`${damage} (damage ${index} of seed ${seed})`)
    }
    assert.deepEqual(missed, [])
    assert.deepEqual((await verifyAll(path)).short, [])
  } finally {
    await rm(path, { recursive: true })
  }
}

/** Writes a dump as `tidemark dump` does, with files of several kinds. */
async function writeDump(path: string): Promise<Contents> {
  const original = await mkdtemp(join(tmpdir(), 'tidemark-original-'))
  try {
    await writeSampleDump(original, [
      { name: 'things', count: 15 },
      { name: 'links', count: 10, isEdge: true },
      { name: 'empty', count: 0 },
    ])
    await writeFile(join(original, 'v.view.json'), '{"name":"v","type":"arangosearch"}')
    const target = await openDirectoryTarget(path, { splitBytes: 2000 })
    await runFullSync(await openDirectory(original), target)
    await target.close()
  } finally {
    await rm(original, { recursive: true })
  }
  const names = (await readdir(path)).sort()
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(path, name))] as const)),
  )
}

/** @returns the damage, when it was not found */
async function damageOnce(
  path: string,
  contents: Contents,
  random: Random,
): Promise<string | undefined> {
  const [name, content] = [...contents][random.below(contents.size)] ?? ['', Buffer.alloc(0)]
  const file = join(path, name)
  const place = random.below(content.length)
  const bit = random.below(8)
  const isCut = random.once(2)
  await writeFile(file, isCut ? content.subarray(0, place) : flip(content, place, bit))
  const { findings } = await verifyAll(path)
  await writeFile(file, content)
  if (findings.some((one) => one.file === file && one.severity === 'error')) return undefined
  return `${name}: ${isCut ? 'cut at' : `bit ${bit} of`} byte ${place}`
}

function flip(content: Buffer, place: number, bit: number): Buffer {
  const changed = Buffer.from(content)
  changed[place] = (changed[place] as number) ^ (1 << bit)
  return changed
}
