import { times } from './hex.js'

/** JSON text and the VelocyPack value of the same meaning, as text of hexadecimal bytes. */
export type Row = readonly [json: string, bytes: string]

const TEXT_118 = 'a'.repeat(118)
const TEXT_119 = 'a'.repeat(119)
const TEXT_126 = 'a'.repeat(126)
const TEXT_127 = 'a'.repeat(127)

const TEXT_126_HEX = `be ${times(126, '61')}`

function zeros(count: number): string {
  return times(count, '0').replaceAll(' ', ',')
}

/** Offsets that follow each other, of `width` bytes, below 256. */
function offsets(count: number, first: number, width: number): string {
  return Array.from({ length: count }, (_, index) => {
    const low = (first + index).toString(16).padStart(2, '0')
    return `${low} ${times(width - 1, '00')}`
  }).join(' ')
}

/**
 * Worked out by hand from the format's description and the rules of ArangoDB's Builder: each row can
 * be read and written. What can only be read is in the tests of reading.
 */
export const ROWS: readonly Row[] = [
  ['null', '18'],
  ['false', '19'],
  ['true', '1a'],

  ['0', '30'],
  ['9', '39'],
  ['-1', '3f'],
  ['-6', '3a'],
  ['10', '28 0a'],
  ['255', '28 ff'],
  ['256', '29 00 01'],
  ['65535', '29 ff ff'],
  ['65536', '2a 00 00 01'],
  ['16777216', '2b 00 00 00 01'],
  ['4294967296', '2c 00 00 00 00 01'],
  ['1099511627776', '2d 00 00 00 00 00 01'],
  ['281474976710655', '2d ff ff ff ff ff ff'],
  ['281474976710656', '2e 00 00 00 00 00 00 01'],
  ['9007199254740991', '2e ff ff ff ff ff ff 1f'],
  ['9007199254740993', '2e 01 00 00 00 00 00 20'],
  ['72057594037927935', '2e ff ff ff ff ff ff ff'],
  ['72057594037927936', '2f 00 00 00 00 00 00 00 01'],
  ['9223372036854775808', '2f 00 00 00 00 00 00 00 80'],
  ['18446744073709551615', '2f ff ff ff ff ff ff ff ff'],
  ['-7', '20 f9'],
  ['-128', '20 80'],
  ['-129', '21 7f ff'],
  ['-32768', '21 00 80'],
  ['-32769', '22 ff 7f ff'],
  ['-8388609', '23 ff ff 7f ff'],
  ['-2147483649', '24 ff ff ff 7f ff'],
  ['-140737488355328', '25 00 00 00 00 00 80'],
  ['-140737488355329', '26 ff ff ff ff ff 7f ff'],
  ['-9007199254740993', '26 ff ff ff ff ff ff df'],
  ['-36028797018963968', '26 00 00 00 00 00 00 80'],
  ['-36028797018963969', '27 ff ff ff ff ff ff 7f ff'],
  ['-9223372036854775808', '27 00 00 00 00 00 00 00 80'],

  ['1.5', '1b 00 00 00 00 00 00 f8 3f'],
  ['-0.1', '1b 9a 99 99 99 99 99 b9 bf'],
  ['-0', '1b 00 00 00 00 00 00 00 80'],
  ['1e+21', '1b 50 ef e2 d6 e4 1a 4b 44'],
  ['18446744073709552000', '1b 00 00 00 00 00 00 f0 43'],
  ['5e-324', '1b 01 00 00 00 00 00 00 00'],
  ['1.7976931348623157e+308', '1b ff ff ff ff ff ff ef 7f'],

  ['""', '40'],
  ['"a"', '41 61'],
  ['"ä€𝄞"', '49 c3 a4 e2 82 ac f0 9d 84 9e'],
  ['"\\"\\\\/"', '43 22 5c 2f'],
  ['"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f"', '48 08 09 0a 0c 0d 00 1f 7f'],
  [`"${TEXT_126}"`, TEXT_126_HEX],
  [`"${TEXT_127}"`, `bf 7f 00 00 00 00 00 00 00 ${times(127, '61')}`],

  ['[]', '01'],
  ['[1]', '02 03 31'],
  ['[1,2,3]', '02 05 31 32 33'],
  ['[[]]', '02 03 01'],
  ['[[1],[2]]', '02 08 02 03 31 02 03 32'],
  ['[1,16]', '06 08 02 31 28 10 03 04'],
  ['["",1,16]', '06 0a 03 40 31 28 10 03 04 05'],
  // One item more, and lengths have two bytes; then the gap up to the longest header stays.
  [`[${zeros(253)}]`, `02 ff ${times(253, '30')}`],
  [`[${zeros(254)}]`, `03 07 01 ${times(6, '00')} ${times(254, '30')}`],
  [`[${zeros(123)},10]`, `06 fc 7c ${times(123, '30')} 28 0a ${offsets(124, 3, 1)}`],
  [
    `["",${zeros(124)},10]`,
    `07 84 01 7e 00 00 00 00 00 40 ${times(124, '30')} 28 0a ${offsets(126, 9, 2)}`,
  ],

  ['{}', '0a'],
  ['{"a":1}', '14 06 41 61 31 01'],
  ['{"":{}}', '14 05 40 0a 01'],
  [`{"a":"${TEXT_126}"}`, `14 85 01 41 61 ${TEXT_126_HEX} 01`],
  ['{"b":true,"a":12,"c":"xyz"}', '0b 13 03 41 62 1a 41 61 28 0c 41 63 43 78 79 7a 06 03 0a'],
  ['{"ab":1,"a":2,"b":3,"":4}', '0b 13 04 42 61 62 31 41 61 32 41 62 33 40 34 0d 07 03 0a'],
  ['{"a":1,"a":2}', '0b 0b 02 41 61 31 41 61 32 03 06'],
  ['{"é":1,"z":2}', '0b 0c 02 42 c3 a9 31 41 7a 32 07 03'],
  [
    `{"b":"${TEXT_126}","a":"${TEXT_118}"}`,
    `0b ff 02 41 62 ${TEXT_126_HEX} 41 61 b6 ${times(118, '61')} 84 03`,
  ],
  [
    `{"b":"${TEXT_126}","a":"${TEXT_119}"}`,
    `0c 08 01 02 ${times(5, '00')} 41 62 ${TEXT_126_HEX} 41 61 b7 ${times(119, '61')} 8a 00 09 00`,
  ],
]
