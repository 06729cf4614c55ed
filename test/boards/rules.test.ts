import { describe, expect, test } from 'vitest'
import { boardWith, complaints, load } from './project'

const BYTES_32 = 'ä'.repeat(16)
const HEX_64 = '0123456789abcdefABCDEF0123456789'.repeat(2)

describe('a board file is refused where', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'its name is another',
      { board: 'picow' },
      'board: "picow" does not match the file name "x". Write "x", or rename the file.',
    ],
    [
      'the id has a space',
      { 'device.id': 'shed 1' },
      'device.id: "shed 1" has a space. Use letters, digits, "-" and "_".',
    ],
    ['the id has a slash', { 'device.id': 'a/b' }, 'device.id: "a/b" has "/". Use letters, digits, "-" and "_".'],
    [
      'the id is empty',
      { 'device.id': '' },
      'device.id: is empty. Use letters, digits, "-" and "_". "auto" takes it from the chip.',
    ],
    [
      'the id is long',
      { 'device.id': 'i'.repeat(33), 'mqtt.clientId': 'shed' },
      `device.id: has 33 characters. Use at most 32. Found: "${'i'.repeat(33)}".`,
    ],
    ['the network has no name', { 'wifi.ssid': '' }, 'wifi.ssid: is empty. Write the name of your Wi-Fi network.'],
    [
      'the network name is long in bytes',
      { 'wifi.ssid': `${BYTES_32}x` },
      `wifi.ssid: 33 bytes of UTF-8; a network name has 1 to 32 bytes. Write the name of your Wi-Fi ` +
        `network. Found: "${BYTES_32}x".`,
    ],
    [
      'the Wi-Fi password is short',
      { 'wifi.password': '1234567' },
      'wifi.password: 7 characters; WPA2 needs 8 to 63. For an open network write "".',
    ],
    [
      'the Wi-Fi password is long',
      { 'wifi.password': 'p'.repeat(65) },
      'wifi.password: 65 characters; WPA2 needs 8 to 63. For an open network write "".',
    ],
    [
      'a key of 64 is not hexadecimal',
      { 'wifi.password': 'p'.repeat(64) },
      'wifi.password: 64 characters; WPA2 needs 8 to 63. A key of 64 must be hexadecimal.',
    ],
    [
      'the user name is long',
      { 'mqtt.username': 'ä'.repeat(65) },
      `mqtt.username: 130 bytes of UTF-8; at most 128 bytes are possible. Use a shorter one. Found: ` +
        `"${'ä'.repeat(65)}".`,
    ],
    [
      'the password is long',
      { 'mqtt.password': 'p'.repeat(129) },
      'mqtt.password: 129 characters; at most 128 bytes are possible. Use a shorter one.',
    ],
    [
      'a password has no user name',
      { 'mqtt.username': '' },
      'mqtt.password: needs mqtt.username (MQTT 3.1.1). Add it, or leave the password out.',
    ],
    [
      'Kaluma shall speak TLS',
      { runtime: 'kaluma', 'mqtt.tls': true },
      'mqtt.tls: Kaluma has no TLS. Use a local broker that bridges to the cloud over TLS: docs/tls.md. Found: true.',
    ],
    [
      'the client id is empty',
      { 'mqtt.clientId': '', 'device.id': 'shed' },
      'mqtt.clientId: is empty. Leave it out for "mote{id}".',
    ],
    [
      'the client id has a dot',
      { 'mqtt.clientId': 'a.{id}' },
      'mqtt.clientId: "a.{id}" has ".". Use letters, digits, "-", "_" and {id}.',
    ],
    [
      'the client id is the same for all',
      { 'mqtt.clientId': 'mote' },
      'mqtt.clientId: has no {id}; two boards with this bundle would disconnect each other. Write ' +
        '"mote{id}", or give this board a device.id of its own. Found: "mote".',
    ],
    [
      'the client id is long',
      { 'mqtt.clientId': `${'c'.repeat(59)}{id}` },
      `mqtt.clientId: has 65 characters with {id} filled in. Use at most 64. Found: "${'c'.repeat(59)}{id}".`,
    ],
    [
      'keep-alive is off',
      { 'mqtt.keepAliveS': 0 },
      'mqtt.keepAliveS: 0 turns dead-link detection off; minimum 10. The default is 30.',
    ],
    [
      'the first wait is the longest',
      { 'mqtt.reconnect.minS': 30 },
      'mqtt.reconnect.minS: 30 is more than maxS, 25. Make maxS the larger.',
    ],
    [
      'the base has +',
      { 'topics.base': 'a/+/b' },
      'topics.base: "+" is a wildcard for subscribers; it is not allowed in a topic to publish to. ' +
        'Take it out. Found: "a/+/b".',
    ],
    [
      'the base has #',
      { 'topics.base': 'a/#' },
      'topics.base: "#" is a wildcard for subscribers; it is not allowed in a topic to publish to. ' +
        'Take it out. Found: "a/#".',
    ],
    ['the base begins with /', { 'topics.base': '/a' }, 'topics.base: begins with "/". Take it out. Found: "/a".'],
    ['the base ends with /', { 'topics.base': 'a/' }, 'topics.base: ends with "/". Take it out. Found: "a/".'],
    [
      'the base has an empty level',
      { 'topics.base': 'a//b' },
      'topics.base: has "//", an empty level. Write "/" once. Found: "a//b".',
    ],
    [
      'the base begins with $',
      { 'topics.base': '$SYS/a' },
      'topics.base: begins with "$", which brokers keep for their own topics. Take it out. Found: "$SYS/a".',
    ],
    [
      'the base has a control character',
      { 'topics.base': 'a\u0007b' },
      'topics.base: has the control character "\\u0007". Take it out. Found: "a\\u0007b".',
    ],
    [
      'the base is long in bytes',
      { 'topics.base': 'ä'.repeat(51) },
      `topics.base: has 102 bytes with {id} filled in. Use at most 100. Found: "${'ä'.repeat(51)}".`,
    ],
    ['the base is empty', { 'topics.base': '' }, 'topics.base: is empty. Leave it out for "sensors/{id}".'],
    [
      'a key has a capital',
      { 'sensors[0].key': 'Shed' },
      'sensors[0].key: "Shed" is no key. Use lower-case letters, digits and "_", a letter first.',
    ],
    [
      'a key is long',
      { 'sensors[0].key': 'k'.repeat(33) },
      `sensors[0].key: has 33 characters. Use at most 32. Found: "${'k'.repeat(33)}".`,
    ],
    [
      'a key is taken by the board',
      { 'sensors[0].key': 'status' },
      'sensors[0].key: "status" is a topic of the board itself. Take another name.',
    ],
    [
      'no reading could pass',
      { 'sensors[0].minC': 50, 'sensors[0].maxC': 50 },
      'sensors[0].minC: 50 is not below maxC, 50. No reading could pass; change one.',
    ],
    ['QoS is 2', { 'publish.qos': 2 }, 'publish.qos: 2 is not offered; 1 already guarantees delivery. Write 1 or 0.'],
  ])('%s', (_name, changes, line) => {
    expect(complaints(changes)).toEqual([line])
  })
})

test('a fault does not hide another one in the same place', () => {
  expect(complaints({ 'mqtt.reconnect.minS': 70 })).toEqual([
    'mqtt.reconnect.minS: 70 is more than maxS, 25. Make maxS the larger.',
    'mqtt.reconnect.minS: 70 is too large. Write a whole number from 1 to 60.',
  ])
  expect(complaints({ 'mqtt.username': '', 'mqtt.password': 5 })).toEqual([
    'mqtt.password: *** is a number. Write text in double quotes.',
  ])
  expect(complaints({ 'mqtt.username': '', 'mqtt.password': { $secret: 'PASS' } })).toEqual([
    'mqtt.password: secret PASS is not set. Put it in secrets.json or run: PASS=… <command>',
    'mqtt.password: needs mqtt.username (MQTT 3.1.1). Add it, or leave the password out.',
  ])
})

describe('the host', () => {
  const board = 'is the board itself; use the address of the computer that runs the broker.'
  test.each([
    ['mqtt://10.0.0.2', '"mqtt://10.0.0.2" is an address. Write the host only: "10.0.0.2".'],
    [
      'mqtts://b.example.com:8883/x',
      '"mqtts://b.example.com:8883/x" is an address. Write the host only: "b.example.com", and the ' +
        'port as mqtt.port: 8883.',
    ],
    [
      '10.0.0.2:1884',
      '"10.0.0.2:1884" is an address. Write the host only: "10.0.0.2", and the port as mqtt.port: 1884.',
    ],
    ['mqtt://me:pw@10.0.0.2', '"mqtt://***@10.0.0.2" is an address. Write the host only: "10.0.0.2".'],
    ['me:pw@10.0.0.2', '"***@10.0.0.2" is an address. Write the host only: "10.0.0.2".'],
    ['mqtt://[fe80::1]', '"mqtt://[fe80::1]" is an address. Write the host only.'],
    ['mqtt://localhost', `"mqtt://localhost" is an address. Write the host only; but "localhost" ${board}`],
    [
      'homeassistant.local',
      '"homeassistant.local" needs mDNS, which this runtime does not have. Use the IP address (ping ' +
        'homeassistant.local shows it).',
    ],
    ['localhost', `"localhost" ${board}`],
    ['127.0.0.1', `"127.0.0.1" ${board}`],
    ['0.0.0.0', `"0.0.0.0" ${board}`],
    ['::1', `"::1" ${board}`],
    ['fe80::1', '"fe80::1" is an IPv6 address. Use the IPv4 address or a name.'],
    ['192.168.1.300', '"192.168.1.300" is no IPv4 address. Write four numbers from 0 to 255: "192.168.1.10".'],
    ['192.168.1', '"192.168.1" is no IPv4 address. Write four numbers from 0 to 255: "192.168.1.10".'],
    [
      'my broker',
      '"my broker" is neither an IPv4 address nor a DNS name. Write it as in "192.168.1.10" or "broker.example.com".',
    ],
  ])('%s is refused', (host, words) => {
    expect(complaints({ 'mqtt.host': host })).toEqual([`mqtt.host: ${words}`])
  })

  test('that is empty is refused', () => {
    expect(complaints({ 'mqtt.host': '' })).toEqual(['mqtt.host: is empty. Write the IP address of the broker.'])
  })

  test.each(['10.0.0.2', 'broker', 'my-broker.example.com'])('%s is taken', host => {
    expect(complaints({ 'mqtt.host': host })).toEqual([])
  })

  test.each(['localhost', '127.0.0.1'])('%s is taken for an image that runs on this machine', host => {
    expect(complaints({ 'mqtt.host': host }, { local: true })).toEqual([])
  })
})

test('half a surrogate pair and U+0000 are refused in every text that leaves the board', () => {
  for (const path of ['device.name', 'mqtt.username', 'mqtt.password', 'topics.base', 'wifi.ssid', 'wifi.password']) {
    const clause = path.startsWith('wifi') ? '' : ' (MQTT-1.5.3)'
    const [half] = complaints({ [path]: 'long enough \ud800' })
    expect(half).toMatch(`${path}: has half of a surrogate pair, which UTF-8 does not know${clause}. Take it out.`)
    const [zero] = complaints({ [path]: 'long enough \0' })
    expect(zero).toMatch(`${path}: has the character U+0000, which no text may hold${clause}. Take it out.`)
    expect(complaints({ [path]: 'long enough 🌡' })).toEqual([])
  }
})

describe('a board file is taken where', () => {
  test.each<[string, Record<string, unknown>]>([
    ['its name is that of the file', { board: 'x' }],
    ['the network name has 32 bytes', { 'wifi.ssid': BYTES_32 }],
    ['the Wi-Fi password has 8 characters', { 'wifi.password': '12345678' }],
    ['the Wi-Fi password has 63 characters', { 'wifi.password': 'p'.repeat(63) }],
    ['the Wi-Fi password is a key', { 'wifi.password': HEX_64 }],
    ['the network is open', { 'wifi.password': '' }],
    ['nobody logs in', { 'mqtt.username': '', 'mqtt.password': '' }],
    ['the user name has 128 bytes', { 'mqtt.username': 'ä'.repeat(64) }],
    ['the client id has 23 characters', { 'mqtt.clientId': `${'c'.repeat(17)}{id}` }],
    ['the client id is fixed and so is the id', { 'mqtt.clientId': 'shed', 'device.id': 'shed' }],
    ['both waits are the same', { 'mqtt.reconnect.minS': 25 }],
    ['the base has a space', { 'topics.base': 'my garden/{id}' }],
    ['the base has 100 bytes', { 'topics.base': 'b'.repeat(100) }],
  ])('%s', (_name, changes) => {
    expect(complaints(changes)).toEqual([])
  })
})

describe('a warning', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'the port is that of TLS',
      { 'mqtt.port': 8883 },
      'mqtt.port: 8883 is the TLS port but mqtt.tls is false. Without TLS a broker listens on 1883. (warning)',
    ],
    [
      'the client id is long for an old broker',
      { 'mqtt.clientId': `${'c'.repeat(18)}{id}` },
      `mqtt.clientId: has 24 characters with {id} filled in; old brokers take no more than 23. Use a ` +
        `shorter one if yours refuses it. Found: "${'c'.repeat(18)}{id}". (warning)`,
    ],
  ])('is given where %s, and the board stands', (_name, changes, line) => {
    expect(complaints(changes)).toEqual([line])
    expect(load(boardWith(changes)).board).toBeDefined()
  })

  test('of a long client id counts the id that the file fixes', () => {
    expect(complaints({ 'mqtt.clientId': '{id}', 'device.id': 'i'.repeat(24) })).toHaveLength(1)
  })
})

test('a median takes the time of all its samples', () => {
  const slow = { 'sensors[0].type': 'dht22', 'sensors[0].pin': 'D4', 'sensors[0].samples': 5 }
  expect(complaints({ ...slow, 'publish.intervalS': 8 })).toEqual([
    'publish.intervalS: 8 is faster than these sensors can measure one after the other (8.5 s). Write 9 or more.',
  ])
  expect(complaints({ ...slow, 'publish.intervalS': 9 })).toEqual([])
})
