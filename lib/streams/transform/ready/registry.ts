import {
  createFilter,
  createFlatten,
  createKeys,
  createMask,
  createProject,
  createPseudonyms,
  createRemove,
  createRename,
  createRenameCollection,
  createSample,
  createSet,
} from './create-ready.js'
import { makeReady } from './make-ready.js'
import type { ReadyMade } from './ready-made.js'

export type { ReadyMade, TransformSetup } from './ready-made.js'

const ABOUT: readonly (readonly [name: string, about: string, create: ReadyMade['create']])[] = [
  [
    'filter',
    'keeps documents for which a JavaScript EXPRESSION of doc and context holds',
    createFilter,
  ],
  ['flatten', 'lifts inner attributes to the top, names joined by SEPARATOR (.)', createFlatten],
  ['keys', 'keeps documents by key: PATTERN,PATTERN with * and ?, or @FILE of them', createKeys],
  ['mask', "masks documents by arangodump's maskings FILE", createMask],
  ['project', 'keeps the attributes PATH,PATH and those of the system', createProject],
  [
    'pseudonyms',
    'puts pseudonyms in the place of keys and values, by a FILE of rules',
    createPseudonyms,
  ],
  ['remove', 'removes the attributes PATH,PATH', createRemove],
  ['rename', 'gives attributes other names: PATH=NAME,PATH=NAME', createRename],
  [
    'rename-collection',
    'gives collections other names, in edges and graphs too: OLD=NEW,OLD=NEW',
    createRenameCollection,
  ],
  ['sample', 'keeps about a SHARE (0 to 1) of the documents: SHARE or SHARE,SEED', createSample],
  ['set', 'sets attributes: PATH=JSON,PATH=JSON', createSet],
]

/** The ready-made transforms by name. */
export const READY_MADE: Readonly<Record<string, ReadyMade>> = Object.fromEntries(
  ABOUT.map(([name, about, create]) => [name, makeReady(name, about, create)]),
)
