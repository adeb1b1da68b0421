import { CONTENT_TYPE } from '../../wire/index.js'
import { answers, fails, queryFlag } from '../about.js'
import type { Answer } from '../answer.js'
import type { HeldBytes } from '../answer-memory.js'
import type { BodyFormat } from '../body-format.js'
import { defineEndpoint, type Compat, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { limitReached } from '../request-error.js'
import { DOCUMENTED_REVISIONS, TARGET_FAILURES, TARGET_PARAMETERS } from '../revisions-about.js'
import {
  treeBlocks,
  verificationBlocks,
  type AnsweredForm,
  type Blocks,
  type TreeWriting,
} from '../tree-blocks.js'
import {
  readTarget,
  useRevisions,
  type RevisionsTarget,
  type RevisionsUse,
} from '../use-revisions.js'
import { verifyTree } from '../verify-tree.js'

interface Input {
  readonly target: RevisionsTarget
  /** Undefined: the client does not say. */
  readonly onlyPopulated: boolean | undefined
  readonly isVerified: boolean
  readonly format: BodyFormat
}

/**
 * `GET /_api/replication/revisions/tree`: all levels and hashes as text, or, for a client that gives
 * `onlyPopulated` or wants VelocyPack, and for everybody with `compat` `arangodb`, the leaves with
 * hashes as numbers.
 */
export const getRevisionsTree: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/replication/revisions/tree',
  access: 'collection-ro',
  about: {
    summary: 'the revision tree of a collection, as the snapshot has it',
    parameters: [
      ...TARGET_PARAMETERS,
      queryFlag(
        'onlyPopulated',
        'leaves with documents only; absent: the form is that of `compat`',
      ),
      queryFlag('verification', 'compute the tree, and answer both', false),
    ],
    documented: DOCUMENTED_REVISIONS,
    statuses: [
      answers(200, 'the tree, or `{computed, stored, equal}`'),
      ...TARGET_FAILURES,
      fails(503, 32, 'too many verifications are under way'),
    ],
  },

  read: ({ query, answerFormat }) => ({
    target: readTarget(query),
    onlyPopulated: booleanParameter(query, 'onlyPopulated'),
    isVerified: booleanParameter(query, 'verification') ?? false,
    format: answerFormat,
  }),

  async answer(input, request, context) {
    const use = useRevisions(input.target, request, context)
    const held = context.memory.begin()
    const close = (): void => {
      held.release()
      use.batch.release()
    }
    try {
      const writing = { form: formOf(input, context.compat), format: input.format }
      const blocks = input.isVerified
        ? await verified(use, writing, { held, signal: request.signal })
        : await kept(use, writing, request.signal)
      return streamed(blocks, input.format, close)
    } catch (error) {
      close()
      throw error
    }
  },
})

function formOf({ onlyPopulated, format }: Input, compat: Compat): AnsweredForm {
  if (onlyPopulated === true) return 'onlyPopulated'
  const isDocumented = onlyPopulated === undefined && format === 'json' && compat === 'documented'
  return isDocumented ? 'documented' : 'current'
}

async function kept(
  { batch, collection }: RevisionsUse,
  writing: TreeWriting,
  signal: AbortSignal,
): Promise<Blocks> {
  return treeBlocks(await batch.snapshot.tree(collection, { signal }), writing)
}

interface Verifying {
  readonly held: HeldBytes
  readonly signal: AbortSignal
}

/** Unlike the tree that is kept, the computed one is there for this answer alone. */
async function verified(
  { batch, collection }: RevisionsUse,
  writing: TreeWriting,
  { held, signal }: Verifying,
): Promise<Blocks> {
  const { leaves } = await batch.snapshot.tree(collection, { signal })
  if (!held.take(leaves.byteLength)) throw limitReached('verifications of trees')
  return verificationBlocks(await verifyTree(batch.snapshot, collection, signal), writing)
}

function streamed(blocks: Blocks, format: BodyFormat, close: () => void): Answer {
  return {
    kind: 'streamed',
    status: 200,
    headers: { 'content-type': CONTENT_TYPE[format] },
    bytes: undefined,
    blocks,
    close,
  }
}
