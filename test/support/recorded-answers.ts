import { readdirSync, readFileSync } from 'node:fs'
import { skipSpace, skipValue } from '../../lib/wire/index.js'
import { sharedUrl } from './shared.js'

/** An answer of a server as the documentation's tool recorded it. */
export interface RecordedAnswer {
  readonly file: string
  readonly url: string
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** The JSON values of the body, compact again as they were on the wire. */
  readonly lines: readonly string[]
}

/** All recordings whose file name matches; call it inside `describeWithShared`. */
export function recordedAnswers(name: RegExp): RecordedAnswer[] {
  const folder = sharedUrl('fixtures/')
  const files = readdirSync(folder).filter((file) => name.test(file))
  return files.map((file) => parseRecording(file, readFileSync(new URL(file, folder), 'utf8')))
}

/** Joins JSON values, however they are laid out, to lines. */
export function compactLines(text: string): string[] {
  const bytes = Buffer.from(text)
  const lines: string[] = []
  let start = skipSpace(bytes, 0, bytes.length)
  while (start < bytes.length) {
    const end = skipValue(bytes, start, bytes.length)
    lines.push(JSON.stringify(JSON.parse(bytes.toString('utf8', start, end))))
    start = skipSpace(bytes, end, bytes.length)
  }
  return lines
}

function parseRecording(file: string, text: string): RecordedAnswer {
  const url = /http:\/\/[^/]+(\S*?)'?\n/.exec(text)?.[1] ?? ''
  const answer = text.slice(text.indexOf('## RESPONSE\n') + '## RESPONSE\n'.length)
  const [head = '', ...body] = answer.split(/\n\n/)
  const [statusLine = '', ...headerLines] = head.trim().split('\n')
  const headers = Object.fromEntries(
    headerLines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
  )
  const status = Number(statusLine.split(' ')[1])
  return { file, url, status, headers, lines: compactLines(body.join('\n')) }
}
