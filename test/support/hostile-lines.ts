const LONG_LINE_BYTES = 5_000_000

/** Documents that are hard to keep as they are: every line is JSON and has a key. */
export function hostileDocuments(): string[] {
  const numbers = ['1.0', '-0', '-0.0', '1e400', '5E-324', '1E+2', '0.1', '9007199254740993']
  const big = ['123456789012345678901234567890', '18446744073709551615', '1.7976931348623157e309']
  return [
    ...[...numbers, ...big].map((number, index) => `{"_key":"n${index}","n":${number}}`),
    '{"_key":"escapes","t":"\\u0041\\/\\b\\f\\n\\r\\t\\\\\\"\\u00e9é\\ud83d\\ude00😀\\u2028\u2028"}',
    '{"_key":"half","t":"\\ud800","u":"\\udc00x\\ud83d","\\ud800":1}',
    '{"_key":"twice","a":1,"a":2,"a":{"b":1,"b":[]},"_key":"twice"}',
    '{"_key":"__proto__","__proto__":{"x":1},"constructor":null,"toString":"t"}',
    '  { "b" : 1 ,\t"_key" : "spaced" , "a" : [ 1.50 , { } , [ ] ] }  ',
    '{"\\u005fkey":"escaped name","_rev":"_fTLMP5y---"}',
    '{"_key":"empty","":"","a":{"":{}}}',
    `{"_key":"deep","d":${'['.repeat(150)}${']'.repeat(150)}}`,
    `{"_key":"long","t":"${'x\\u00e9é"'.slice(0, -1).repeat(LONG_LINE_BYTES / 9)}"}`,
    `{"_key":"wide","a":[${'1.10,'.repeat(200_000)}0]}`,
    '{"type":2300,"data":{"_key":"enveloped","n":1.0}}',
    '{"tick":"12","type":2301,"key":"d","rev":"_fTLMP5y---","data":{"_key":"d","n":1e1}}',
    '{"type":2302,"data":{"_key":"gone","_rev":"_fTLMP5y---"}}',
  ]
}

/** {@link hostileDocuments} with both line ends, blank lines between them, and none at the end. */
export function hostileDump(): Buffer {
  const lines = hostileDocuments().map((line, index) => line + (index % 2 === 0 ? '\n' : '\r\n'))
  return Buffer.from(`\n${lines.join('')} \t\r\n\n{"_key":"last","n":1.0}`)
}

/** {@link hostileDump} among bytes that are no JSON and no text. */
export function hostileBytes(): Buffer {
  const noText = Buffer.from('\xff\xfe\x00\xed\xa0\x80\r\r\n{"_key":\n\x1f\x8b', 'latin1')
  return Buffer.concat([Buffer.from('\ufeff'), noText, hostileDump(), noText])
}
