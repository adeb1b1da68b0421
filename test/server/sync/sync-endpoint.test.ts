import assert from 'node:assert/strict'
import {
  canonicalIpv6,
  parseHost,
  parseSyncEndpoint,
} from '../../../lib/server/sync/sync-endpoint.js'

describe('parseSyncEndpoint()', () => {
  const read: readonly (readonly [text: string, url: string, host: string, port: number])[] = [
    ['tcp://db.example:8530', 'http://db.example:8530', 'db.example', 8530],
    ['tcp://db.example', 'http://db.example:8529', 'db.example', 8529],
    ['http://db.example', 'http://db.example:8529', 'db.example', 8529],
    ['https://db.example/', 'https://db.example:8529', 'db.example', 8529],
    ['ssl://DB.Example.:1', 'https://db.example:1', 'db.example', 1],
    ['http+tcp://a', 'http://a:8529', 'a', 8529],
    ['HTTP+SSL://a:65535', 'https://a:65535', 'a', 65_535],
    ['tcp://my_host-1.a', 'http://my_host-1.a:8529', 'my_host-1.a', 8529],
    [
      'tcp://xn--bcher-kva.example',
      'http://xn--bcher-kva.example:8529',
      'xn--bcher-kva.example',
      8529,
    ],
    ['tcp://10.0.0.1:80', 'http://10.0.0.1:80', '10.0.0.1', 80],
    ['tcp://[::1]:80', 'http://[::1]:80', '::1', 80],
    ['ssl://[2001:DB8:0:0::1]', 'https://[2001:db8::1]:8529', '2001:db8::1', 8529],
  ]
  for (const [text, url, host, port] of read) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseSyncEndpoint(text), { url, host, port })
    })
  }

  const refused = [
    '',
    'tcp://',
    'tcp:///',
    'a:8529',
    '//a',
    'tcp:a',
    'ftp://a',
    'vst://a',
    'h2://a',
    'unix:///socket',
    'file:///etc/passwd',
    'javascript:1',
    'http+http://a',
    'tcp://a:0',
    'tcp://a:65536',
    'tcp://a:999999',
    'tcp://a:-1',
    'tcp://a:',
    'tcp://a:80:80',
    'tcp://a/_db/x',
    'tcp://a/?x',
    'tcp://a#x',
    'tcp://a?x',
    'tcp://user@a',
    'tcp://user:password@a',
    'tcp://a\\@b',
    'tcp://a b',
    ' tcp://a',
    'tcp://a\n',
    'tcp://a\r\nx',
    'tcp://a\0',
    'tcp://ä.example',
    'tcp://%61',
    'tcp://a..b',
    'tcp://-a',
    `tcp://${'a'.repeat(300)}`,
    'tcp://127.1',
    'tcp://2130706433',
    'tcp://0x7f000001',
    'tcp://0x7f.1',
    'tcp://0177.0.0.1',
    'tcp://127.0.0.01',
    'tcp://127.0.0.256',
    'tcp://127.0.0.1.',
    'tcp://a.0x1',
    'tcp://１２７.0.0.1',
    'tcp://::1',
    'tcp://[::1',
    'tcp://[::1%lo]',
    'tcp://[::ffff:127.0.0.1]',
    'tcp://[::ffff:7f00:1]',
    'tcp://[0:0:0:0:0:FFFF:7f00:1]',
    'tcp://[127.0.0.1]',
    'tcp://[a]',
  ]
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(() => parseSyncEndpoint(text), {
        status: 400,
        errorNum: 400,
        message: '<endpoint> must be a valid endpoint',
      })
    })
  }
})

describe('parseHost()', () => {
  it('gives one spelling', () => {
    const hosts = ['LocalHost.', '[0::1]', '1.2.3.4', '[::1', 'a:1']
    assert.deepEqual(hosts.map(parseHost), ['localhost', '::1', '1.2.3.4', undefined, undefined])
  })
})

describe('canonicalIpv6()', () => {
  it('is short and hexadecimal', () => {
    assert.equal(canonicalIpv6('0:0:0:0:0:FFFF:127.0.0.1'), '::ffff:7f00:1')
  })
})
