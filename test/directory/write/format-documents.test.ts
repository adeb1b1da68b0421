import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { formatDocuments } from '../../../lib/directory/write/format-documents.js'
import { WrittenDocuments } from '../../../lib/directory/write/written-documents.js'
import { MerkleTree } from '../../../lib/merkle/index.js'
import { chunkLines, type EntryChunk } from '../../../lib/streams/index.js'
import { parseRevision, REVISION_LOWER_BOUND } from '../../../lib/values/index.js'
import { chunkOf } from '../../support/chunk.js'

const DOCUMENTS = [
  '{"_key":"a","_rev":"_fTLMP5y---","n":9007199254740993,"x":1.0,"x":2}',
  '{"_key":"b","_rev":"_fTLMP6----","deep":{"_key":"no","data":[1,{}]}}',
  '{"n":"\\u00e9","_rev":"_fTLMP7----","_key":"c"}',
]

interface Formatted {
  readonly text: string
  readonly pieces: readonly Buffer[]
  readonly written: WrittenDocuments
}

function format(
  chunk: EntryChunk,
  { isEnveloped = false, isByLine = false }: { isEnveloped?: boolean; isByLine?: boolean } = {},
): Formatted {
  const written = new WrittenDocuments()
  const refuseRemoval = (): Error => new Error('no place for removals')
  const options = { isEnveloped, isByLine, written, refuseRemoval }
  const pieces = [...formatDocuments(chunk, options)]
  return { text: Buffer.concat(pieces).toString(), pieces, written }
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('')
const enveloped = (text: string): string => `{"type":2300,"data":${text}}`
const documented = (text: string): string =>
  `{"tick":"1","type":2301,"key":"k","rev":"_fTLMP5y---","data":${text}}`

/** Each form in which a document can come, with and without white space. */
const FORMS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => ` ${text}\t\r`,
  enveloped,
  (text) => ` ${enveloped(text)} `,
  (text) => `{"data":${text},"type":2300}`,
  (text) => `{ "type": 2300, "data": ${text} }`,
  documented,
]

async function formatBytes(bytes: Buffer): Promise<string> {
  let text = ''
  for await (const chunk of chunkLines(Readable.from([bytes]))) text += format(chunk).text
  return text
}

describe('formatDocuments()', () => {
  it('gives documents of every form as they are, bare or enveloped', () => {
    for (const form of FORMS) {
      const chunk = chunkOf(DOCUMENTS.map(form))
      assert.equal(format(chunk).text, lines(DOCUMENTS))
      assert.equal(format(chunk, { isByLine: true }).text, lines(DOCUMENTS))
      assert.equal(format(chunk, { isEnveloped: true }).text, lines(DOCUMENTS.map(enveloped)))
    }
  })

  it('gives mixed forms in their order, whatever follows what', () => {
    const anyLines = fc.array(
      fc.oneof(
        fc.constant(' '),
        fc.tuple(fc.constantFrom(...DOCUMENTS), fc.constantFrom(...FORMS)),
      ),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(anyLines, fc.boolean(), fc.boolean(), (given, isEnveloped, isByLine) => {
        const chunk = chunkOf(given.map((one) => (one === ' ' ? one : applied(one))))
        const expected = given.flatMap((one) => (one === ' ' ? [] : [one[0]]))
        const wanted = isEnveloped ? expected.map(enveloped) : expected
        const { text, written } = format(chunk, { isEnveloped, isByLine })
        assert.equal(text, lines(wanted))
        assert.equal(written.result.documents, expected.length)
      }),
    )
  })

  it('copies nothing where nothing has to change', () => {
    const chunk = chunkOf(DOCUMENTS)
    const [piece, ...others] = format(chunk).pieces
    assert.equal(others.length, 0)
    assert.equal(piece?.buffer, chunk.buffer.buffer)
    const inEnvelope = chunkOf(DOCUMENTS.map(enveloped))
    const [kept] = format(inEnvelope, { isEnveloped: true }).pieces
    assert.equal(kept?.buffer, inEnvelope.buffer.buffer)
  })

  it('gives one line a piece where that is asked for', () => {
    const { pieces } = format(chunkOf(DOCUMENTS), { isByLine: true })
    assert.deepEqual(
      pieces.map(String),
      DOCUMENTS.map((text) => `${text}\n`),
    )
  })

  it('ends the last line of a stream', async () => {
    assert.equal(await formatBytes(Buffer.from(DOCUMENTS.join('\n'))), lines(DOCUMENTS))
  })

  it('keeps removals in an envelope, and refuses them without', () => {
    const chunk = chunkOf([
      DOCUMENTS[0] ?? '',
      '{"tick":"5","type":2302,"key":"gone","rev":"_fTLMP5y---"}',
      '{"type":2302,"data":{"_key":"too"}}',
    ])
    const { text, written } = format(chunk, { isEnveloped: true })
    assert.deepEqual(text.split('\n').slice(1), [
      '{"type":2302,"data":{"_key":"gone","_rev":"_fTLMP5y---"}}',
      '{"type":2302,"data":{"_key":"too"}}',
      '',
    ])
    assert.equal(written.result.removals, 2)
    assert.equal(written.tree, undefined)
    assert.throws(() => format(chunk), /no place for removals/)
  })

  it('names the line that is not an entry', () => {
    const bad = chunkOf([DOCUMENTS[0] ?? '', '{"n":1}'], 'file')
    assert.throws(() => format(bad), { code: 'ERR_DUMP_LINE', lineNumber: 2, source: 'file' })
  })
})

describe('WrittenDocuments', () => {
  it('sums up revisions as a tree does, escaped and decimal ones too', () => {
    const texts = ['_fTLMP5y---', '_fTLMP6----', '1608000000000000000']
    const chunk = chunkOf([
      `{"_key":"a","_rev":"${texts[0]}"}`,
      `{"_key":"b","_rev":"\\u005ffTLMP6----"}`,
      `{"_key":"c","_rev":"${texts[2]}"}`,
    ])
    const tree = new MerkleTree({ rangeMin: 0n })
    tree.insertMany(texts.map(parseRevision))
    assert.deepEqual(format(chunk).written.tree, tree.summary)
  })

  it('has an empty tree of no documents', () => {
    assert.deepEqual(format(chunkOf([' '])).written.tree, { count: 0, hash: 0n })
  })

  it('has no tree where a document has no revision that a tree can hold', () => {
    for (const rev of [
      '',
      ',"_rev":5',
      ',"_rev":""',
      ',"_rev":"-"',
      ',"_rev":"G----------"',
      ',"_rev":"!"',
    ]) {
      const { written } = format(chunkOf([DOCUMENTS[0] ?? '', `{"_key":"x"${rev}}`]))
      assert.equal(written.tree, undefined, rev)
      assert.equal(written.result.documents, 2)
    }
  })

  it('counts documents, their bytes, and revisions of the future', () => {
    const { written } = format(chunkOf(DOCUMENTS.map(enveloped)))
    assert.deepEqual(written.result, {
      documents: 3,
      removals: 0,
      bytes: Buffer.byteLength(DOCUMENTS.join('')),
      replacedRevisions: 0,
      futureRevisions: 0,
    })
    const nowMs = Number(REVISION_LOWER_BOUND >> 20n)
    const past = new WrittenDocuments(nowMs - 3 * 24 * 3600 * 1000)
    const refuseRemoval = (): Error => new Error()
    const options = { isEnveloped: false, isByLine: false, written: past, refuseRemoval }
    assert.equal([...formatDocuments(chunkOf(DOCUMENTS), options)].length, 1)
    assert.equal(past.result.futureRevisions, 3)
  })
})

function applied([text, form]: readonly [string, (text: string) => string]): string {
  return form(text)
}
