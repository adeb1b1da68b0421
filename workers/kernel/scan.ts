import { isEnvelope, readHead } from './line-head'

const NEWLINE: i8 = 0x0a
const SPACE: u8 = 0x20
const TAB: u8 = 0x09
const RETURN: u8 = 0x0d
const COMMA: u8 = 0x2c
const CLOSE_BRACE: u8 = 0x7d

/* Why a scan stopped: the numbers are known to `wasm-workspace.ts`. */
const END: u32 = 0
const FULL: u32 = 1
const LINE: u32 = 2

/**
 * Writes the revisions of complete lines one after the other, from `slot` on.
 *
 * @param line - where a line begins
 * @param result - gets three u32: the line that was not consumed, its newline (for END and FULL its
 *   beginning again), the slot after the last revision
 * @returns why it stopped
 */
export function scanLines(
  line: usize,
  end: usize,
  slot: usize,
  slotsEnd: usize,
  result: usize,
): u32 {
  let stop = FULL
  let newline = line
  while (slot < slotsEnd) {
    const head = readHead(line, end, slot)
    newline = findNewline(head == 0 ? line : head, end)
    if (newline >= end) {
      newline = line
      stop = END
      break
    }
    if (head == 0 || !endsWell(line, head, newline)) {
      stop = LINE
      break
    }
    slot += 8
    line = newline + 1
    newline = line
  }
  store<u32>(result, <u32>line)
  store<u32>(result, <u32>newline, 4)
  store<u32>(result, <u32>slot, 8)
  return stop
}

/** Reads up to 63 bytes on after the end; returns an address from `end` on when there is none. */
function findNewline(at: usize, end: usize): usize {
  const newline = i8x16.splat(NEWLINE)
  for (; at < end; at += 64) {
    const is0 = i8x16.eq(v128.load(at), newline)
    const is1 = i8x16.eq(v128.load(at, 16), newline)
    const is2 = i8x16.eq(v128.load(at, 32), newline)
    const is3 = i8x16.eq(v128.load(at, 48), newline)
    if (!v128.any_true(v128.or(v128.or(is0, is1), v128.or(is2, is3)))) continue
    const low = ((<u64>i8x16.bitmask(is1)) << 16) | (<u64>i8x16.bitmask(is0))
    const high = ((<u64>i8x16.bitmask(is3)) << 16) | (<u64>i8x16.bitmask(is2))
    return at + <usize>ctz((high << 32) | low)
  }
  return end
}

/** Tells whether a line ends with the braces of its form: those of its head, or later ones. */
function endsWell(line: usize, head: usize, newline: usize): bool {
  let last = newline - 1
  while (isBlank(load<u8>(last))) last--
  const close = isEnvelope(line) ? last - 1 : last
  if (load<u8>(last) != CLOSE_BRACE || load<u8>(close) != CLOSE_BRACE) return false
  const next = load<u8>(head)
  return next == COMMA || (next == CLOSE_BRACE && close == head)
}

function isBlank(byte: u8): bool {
  return byte == SPACE || byte == TAB || byte == RETURN
}
