import {
  createTransformRunner,
  loadTransform,
  type DocumentTransform,
} from '../../lib/streams/transform/index.js'
import type { JsonObject } from '../../lib/wire/index.js'
import { chunkOf } from './chunk.js'
import { linesOf } from './streams.js'
import { applyTo } from './transform-context.js'

/** Loads a ready-made transform as the command line does. */
export async function loadReady(spec: string): Promise<DocumentTransform> {
  return loadTransform(spec, { cwd: '/', environment: {} })
}

/** What a ready-made transform makes of one document. */
export async function applyReady(spec: string, document: JsonObject): Promise<unknown> {
  return applyTo(await loadReady(spec), document)
}

/** Runs lines of no known collection through transforms. */
export async function runLines(
  transforms: readonly DocumentTransform[],
  lines: readonly string[],
): Promise<string[]> {
  const runner = createTransformRunner(transforms)
  const { chunks } = await runner.transform(chunkOf(lines), undefined)
  return linesOf(chunks).map((line) => line.trimEnd())
}
