import { readRevision } from './revision-text'

/*
 * Names with the quotes, colon and what else stands around them, as the numbers that their bytes
 * are in memory. Those of 7 bytes are compared without the eighth.
 */
const SEVEN_BYTES: u64 = 0x00ffffffffffffff
/** `"_key":"` */
const KEY: u64 = 0x223a2279656b5f22
/** `"_rev":"` */
const REVISION: u64 = 0x223a227665725f22
/** `"_id":"` */
const ID: u64 = 0x223a2264695f22
/** `"_to":"` */
const TO: u64 = 0x223a226f745f22
/** `"_from":`, and a quote after it */
const FROM: u64 = 0x3a226d6f72665f22
/** `"tick":"` */
const TICK: u64 = 0x223a226b63697422
/** `"type":2`, and then `300` or `301` */
const TYPE: u64 = 0x323a226570797422
const DOCUMENT: u32 = 0x303033
const EDGE: u32 = 0x313033
/** `"key":"` */
const OUTER_KEY: u64 = 0x223a2279656b22
/** `"rev":"` */
const OUTER_REVISION: u64 = 0x223a2276657222
/** `"data":{` */
const DATA: u64 = 0x7b3a226174616422

const QUOTE: u8 = 0x22
const COMMA: u8 = 0x2c
const ZERO: u8 = 0x30
const BACKSLASH: u8 = 0x5c
const UNDERSCORE: u8 = 0x5f
const OPEN_BRACE: u8 = 0x7b
const FIRST_PRINTABLE: u8 = 0x20
/** Any number of so many digits fits in 64 bits. */
const TICK_DIGITS_MAX: usize = 19
const NO_HEAD: usize = 0

/** Tells whether a line that begins as a head does is an envelope. */
export function isEnvelope(line: usize): bool {
  return load<u8>(line, 2) != UNDERSCORE
}

/**
 * Reads the head of a line up to the point where both `_key` and `_rev` have come. It may run past
 * `end` by a few bytes, which are then no newlines, so that the line is not complete.
 *
 * @param slot - gets the revision
 * @returns the address after the head; 0 when the line does not begin as dumps usually do
 */
export function readHead(line: usize, end: usize, slot: usize): usize {
  if (load<u8>(line) != OPEN_BRACE) return NO_HEAD
  const document = isEnvelope(line) ? skipEnvelope(line + 1, end) : line + 1
  return document == NO_HEAD ? NO_HEAD : readDocument(document, end, slot)
}

/**
 * Goes from the first attribute of an envelope to the first one of its `data`. The type has to come
 * before: one that comes after may make a removal of it.
 */
function skipEnvelope(at: usize, end: usize): usize {
  let hasType: bool = false
  while (true) {
    const name = load<u64>(at)
    if (name == DATA) return hasType ? at + 8 : NO_HEAD
    if (name == TYPE) hasType = true
    at = skipEnvelopeAttribute(name, at, end)
    if (at == NO_HEAD || load<u8>(at) != COMMA) return NO_HEAD
    at++
  }
}

function skipEnvelopeAttribute(name: u64, at: usize, end: usize): usize {
  if (name == TYPE) {
    const rest = load<u32>(at, 8) & 0xffffff
    return rest == DOCUMENT || rest == EDGE ? at + 11 : NO_HEAD
  }
  if (name == TICK) return skipTick(at + 8, end)
  const short = name & SEVEN_BYTES
  return short == OUTER_KEY || short == OUTER_REVISION ? skipText(at + 7, end) : NO_HEAD
}

function readDocument(at: usize, end: usize, slot: usize): usize {
  let hasKey: bool = false
  let hasRevision: bool = false
  while (true) {
    const name = load<u64>(at)
    if (name == KEY) {
      if (load<u8>(at, 8) == QUOTE) return NO_HEAD
      at = skipText(at + 8, end)
      hasKey = true
    } else if (name == REVISION) {
      if (hasRevision) return NO_HEAD
      at = readRevision(at + 8, slot)
      hasRevision = true
    } else {
      at = skipReference(name, at, end)
    }
    if (at == NO_HEAD || (hasKey && hasRevision)) return at
    if (load<u8>(at) != COMMA) return NO_HEAD
    at++
  }
}

/** Skips `_id`, `_from` or `_to`. */
function skipReference(name: u64, at: usize, end: usize): usize {
  const short = name & SEVEN_BYTES
  if (short == ID || short == TO) return skipText(at + 7, end)
  return name == FROM && load<u8>(at, 8) == QUOTE ? skipText(at + 9, end) : NO_HEAD
}

/**
 * Skips a text without escapes and control characters.
 *
 * @returns the address after its quote; 0 when it is none, or does not end before `end`
 */
function skipText(at: usize, end: usize): usize {
  for (; at < end; at += 16) {
    const characters = v128.load(at)
    const special = v128.or(
      v128.or(
        i8x16.eq(characters, i8x16.splat(QUOTE)),
        i8x16.eq(characters, i8x16.splat(BACKSLASH)),
      ),
      i8x16.lt_u(characters, i8x16.splat(FIRST_PRINTABLE)),
    )
    const mask = i8x16.bitmask(special)
    if (mask == 0) continue
    at += ctz(mask)
    return load<u8>(at) == QUOTE ? at + 1 : NO_HEAD
  }
  return NO_HEAD
}

function skipTick(at: usize, end: usize): usize {
  const after = skipText(at, end)
  const digits = after - at - 1
  if (after == NO_HEAD || digits == 0 || digits > TICK_DIGITS_MAX) return NO_HEAD
  for (; at < after - 1; at++) if (load<u8>(at) - ZERO > 9) return NO_HEAD
  return after
}
