import { CONTENT_TYPE } from '../wire/index.js'

/** How a body is written. */
export type BodyFormat = 'json' | 'velocypack'

/** The body of a request, all of it. */
export interface FormattedBody {
  readonly body: Buffer
  /** How it is written, by its content type. */
  readonly bodyFormat: BodyFormat
}

/** One entry of an `Accept` header. */
interface MediaRange {
  readonly type: string
  /** 0 to 1; 0 refuses the type. */
  readonly quality: number
}

/** Quality of a type that no entry of the header covers. */
const NOT_ACCEPTED = 0

/** The format of a request's body: JSON unless its content type says VelocyPack. */
export function bodyFormatOf(contentType: string | undefined): BodyFormat {
  return typeOf(contentType ?? '') === CONTENT_TYPE.velocypack ? 'velocypack' : 'json'
}

/**
 * The format that a client wants its answer in, which is VelocyPack only when its `Accept` header
 * names that type, and does not like JSON better. Of two that it likes as well as each other the one
 * that is named first counts; wildcards ask for neither.
 */
export function wantedFormat(accept = ''): BodyFormat {
  const ranges = accept.split(',').map(parseMediaRange)
  const velocypack = ranges.find(({ type }) => type === CONTENT_TYPE.velocypack)
  if (velocypack === undefined || velocypack.quality === NOT_ACCEPTED) return 'json'
  return likesJsonBetter(ranges, velocypack) ? 'json' : 'velocypack'
}

function likesJsonBetter(ranges: readonly MediaRange[], velocypack: MediaRange): boolean {
  const json = ranges.find(({ type }) => type === CONTENT_TYPE.json)
  const quality = (json ?? wildcardOf(ranges))?.quality ?? NOT_ACCEPTED
  if (quality !== velocypack.quality) return quality > velocypack.quality
  return json !== undefined && ranges.indexOf(json) < ranges.indexOf(velocypack)
}

function wildcardOf(ranges: readonly MediaRange[]): MediaRange | undefined {
  return (
    ranges.find(({ type }) => type === 'application/*') ?? ranges.find(({ type }) => type === '*/*')
  )
}

function parseMediaRange(text: string): MediaRange {
  const quality = text
    .split(';')
    .slice(1)
    .map((parameter) => /^\s*q\s*=\s*([01](?:\.\d*)?)\s*$/i.exec(parameter)?.[1])
    .find((value) => value !== undefined)
  return { type: typeOf(text), quality: quality === undefined ? 1 : Math.min(Number(quality), 1) }
}

/** The media type without its parameters. */
function typeOf(text: string): string {
  return (text.split(';', 1)[0] ?? '').trim().toLowerCase()
}
