/** Every field of a board file, on both runtimes: it works in the built image on the double, or is refused in words. */
import { describe, expect, it } from 'vitest'
import type { Runtime } from '../../src/host/boards'
import { fieldAt, fieldPaths } from '../../src/host/boards/schema'
import { entryModule } from '../../src/host/image/entry'
import type { EspruinoBoard } from '../../src/host/virtual/espruino'
import { boardWith, load } from '../boards/project'
import { type Bench, bench, imageOf, MINUTE, SECOND } from '../outage/bench'
import { scriptedBroker } from '../outage/broker'

/** Runs a powered board as far as it takes, and expects what the field is for. */
type Proof = (b: Bench, image: string) => void
/** How the finding begins, without file and path. */
type Sentence = string
type Cell = Proof | Sentence | typeof SAME

/** The image is the same with and without: the field is for people, or guards the file. */
const SAME = Symbol('the same image')

interface Row {
  path: string
  value: unknown
  /** Other fields that it needs. */
  with?: Record<string, unknown>
  espruino?: Cell
  kaluma?: Cell
}

const NAMES = { espruino: 'esp32', kaluma: 'pico-w' } as const

/** The first reading came. */
const reports: Proof = b => {
  expect(b.untilNext('temperature', 2 * MINUTE)).toBeLessThan(2 * MINUTE)
}

/** Reports, runs a minute, and then `check` holds. */
function then(check: Proof): Proof {
  return (b, image) => {
    reports(b, image)
    b.run(MINUTE)
    check(b, image)
  }
}

const publishesTo = (topic: string) => then(b => expect(b.broker.taken.map(message => message.topic)).toContain(topic))
const says = (pattern: RegExp) =>
  then(b => {
    for (const { payload } of b.readings()) expect(payload).toMatch(pattern)
  })
const greets = (what: object) => then(b => expect(b.broker.greetings[0]).toMatchObject(what))
const holds =
  (pattern: RegExp): Proof =>
  (_b, image) =>
    expect(image).toMatch(pattern)

/** How often it tried in five minutes of refusals. */
function tries(least: number, most: number): Proof {
  return then(b => {
    b.broker.listener.mode = 'refuses'
    b.broker.kill()
    const before = b.log.length
    b.run(5 * MINUTE)
    const failed = b.log.slice(before).filter(line => /^mqtt: (?!lost)/.test(line)).length
    expect(failed).toBeGreaterThanOrEqual(least)
    expect(failed).toBeLessThanOrEqual(most)
  })
}

/** So many of the readings that were taken in six minutes without a broker came later, at least. */
function waits(least: number): Proof {
  return then(b => {
    b.broker.listener.mode = 'refuses'
    b.broker.kill()
    const before = b.readings().length
    b.run(6 * MINUTE)
    b.broker.listener.mode = 'accepts'
    b.run(MINUTE)
    const late = b.readings().slice(before)
    expect(late.filter(({ payload }) => JSON.parse(payload).age > 30).length).toBeGreaterThanOrEqual(least)
  })
}

/** So many readings are on their way when none is acknowledged. */
function unanswered(count: number): Proof {
  return b => {
    b.broker.acknowledgesNothing = true
    b.run(29 * SECOND)
    b.broker.acknowledgesNothing = false
    const ids = new Set(b.readings().map(reading => reading.id))
    expect(ids.size).toBe(count)
  }
}

/** The broker that the file names first is away, and the board reports to another one. */
const fallsBack: Proof = b => {
  b.broker.listener.mode = 'refuses'
  const others = [1883, 1884].map(port => scriptedBroker(b.network, b.clock, '10.0.0.3', port))
  b.run(MINUTE)
  expect(others.map(broker => broker.taken.length).some(count => count > 3)).toBe(true)
  expect(b.log).toContain('mqtt: connected to 10.0.0.3')
}

function both(path: string, value: unknown, cell: Cell, also?: Record<string, unknown>): Row {
  return { path, value, with: also, espruino: cell, kaluma: cell }
}

const notYet = (path: string, value: unknown, cannot: string) => both(path, value, `not yet: mqtt-mote 0.1 ${cannot}`)

const V5 = { 'mqtt.version': '5.0' }
const KEPT = { ...V5, 'mqtt.cleanSession': false, 'publish.qos': 1 }
const IN_311 = 'is of MQTT 5.0, and mqtt.version is "3.1.1". Take it out, or write "5.0" there.'

const fixedAddress = { 'wifi.static.ip': '10.0.0.60', 'wifi.static.gateway': '10.0.0.1' }
const hasAddress: Proof = then(b => expect((b.board as EspruinoBoard).address).toBe('10.0.0.60'))
const noFixedAddress =
  'wifi.static: Kaluma cannot use a fixed address. Let the router give the board always the same one.'

const rows: Row[] = [
  both('$schema', './board.schema.json', SAME),
  both('board', 'x', SAME),
  both('board', 'y', '"y" does not match the file name "x". Write "x", or rename the file.'),
  { path: 'runtime', value: 'espruino', espruino: holds(/getSerial/) },
  { path: 'runtime', value: 'kaluma', kaluma: holds(/__netdev/) },
  both('device.id', 'shed-1', publishesTo('sensors/shed-1/temperature')),
  both('device.name', 'Greenhouse', SAME),
  both('device.area', 'Garden', SAME),
  both('wifi.ssid', 'another network', reports),
  both('wifi.password', 'another password', reports),
  both('wifi.password', '', reports),
  both('wifi.security', 'auto', SAME),
  both('wifi.security', 'open', reports, { 'wifi.password': '' }),
  both('wifi.security', 'open', 'open, but there is a password. Leave the password out, or write "wpa2".'),
  both('wifi.security', 'wpa2', reports),
  both('wifi.security', 'wpa2', 'wpa2, but there is no password. Add wifi.password, or write "open".', {
    'wifi.password': '',
  }),
  {
    path: 'wifi.hostname',
    value: 'mote-{id}',
    espruino: then(b => expect((b.board as EspruinoBoard).hostname).toBe(`mote-${b.board.id.slice(-6)}`)),
    kaluma: 'not supported on kaluma, ignored. Take it out.',
  },
  both('wifi.hostname', 'my_board', '"my_board" is no host name (RFC 1123). Use letters, digits and "-"'),
  { path: 'wifi.static.ip', value: '10.0.0.60', with: fixedAddress, espruino: hasAddress, kaluma: noFixedAddress },
  { path: 'wifi.static.gateway', value: '10.0.0.1', with: fixedAddress, espruino: hasAddress, kaluma: noFixedAddress },
  {
    path: 'wifi.static.gateway',
    value: '10.0.1.1',
    with: fixedAddress,
    espruino: '"10.0.1.1" is not in the network of 10.0.0.60 (255.255.255.0). Write the address of the router there.',
  },
  {
    path: 'wifi.static.netmask',
    value: '255.255.0.0',
    with: fixedAddress,
    espruino: hasAddress,
    kaluma: noFixedAddress,
  },
  {
    path: 'wifi.static.netmask',
    value: '255.0.255.0',
    with: fixedAddress,
    espruino: '"255.0.255.0" is no netmask. Write for example "255.255.255.0".',
  },
  {
    path: 'wifi.static.dns',
    value: '10.0.0.1',
    with: fixedAddress,
    espruino: 'Espruino cannot set a name server, ignored. Take it out.',
    kaluma: noFixedAddress,
  },
  {
    path: 'mqtt.host',
    value: 'broker.lan',
    with: fixedAddress,
    espruino: 'wifi.static: leaves the board without a name server, which mqtt.host needs.',
  },
  {
    path: 'wifi.connectTimeoutS',
    value: 5,
    espruino: holds(/\b5e3\b/),
    kaluma: 'Kaluma gives a join up to 30 s whatever is set, ignored. Take it out.',
  },
  both('mqtt.host', '10.0.0.3', reports),
  both('mqtt.host', 'mqtt://10.0.0.2', '"mqtt://10.0.0.2" is an address. Write the host only: "10.0.0.2".'),
  both('mqtt.port', 1884, reports),
  both('mqtt.tls', false, SAME),
  {
    path: 'mqtt.tls',
    value: true,
    espruino: then((b, image) => {
      expect(image).toContain('"tls"')
      // Nothing leaves before the handshake is done.
      expect(b.broker.packets[0].at).toBeGreaterThan(1500)
    }),
    kaluma: 'Kaluma has no TLS. Use a local broker that bridges to the cloud over TLS: docs/tls.md.',
  },
  {
    path: 'mqtt.tls',
    value: true,
    espruino: 'encrypts, does not check the certificate: whoever answers in the place of the broker gets the password.',
  },
  both('mqtt.username', 'greenhouse', greets({ username: 'greenhouse' })),
  both('mqtt.password', 'rosebud', greets({ password: Buffer.from('rosebud') })),
  both(
    'mqtt.clientId',
    'shed_{id}',
    then(b => expect([...b.broker.online][0]).toBe(`shed_${b.board.id.slice(-6)}`)),
  ),
  both('mqtt.version', '3.1.1', greets({ protocolVersion: 4 })),
  both('mqtt.version', '5.0', greets({ protocolVersion: 5 })),
  both('mqtt.version', '4', '"4" is not known. (3.1.1, 5.0)'),
  both('mqtt.keepAliveS', 45, greets({ keepalive: 45 })),
  both('mqtt.cleanSession', true, SAME),
  both('mqtt.cleanSession', false, greets({ clean: false }), { 'publish.qos': 1 }),
  both('mqtt.cleanSession', false, 'does nothing with publish.qos 0: there is nothing to keep. Take it out.'),
  both(
    'mqtt.sessionExpiryS',
    600,
    greets({ properties: { maximumPacketSize: 512, receiveMaximum: 8, sessionExpiryInterval: 600 } }),
    KEPT,
  ),
  both('mqtt.sessionExpiryS', 600, IN_311),
  both(
    'mqtt.sessionExpiryS',
    600,
    'does nothing with mqtt.cleanSession true: the session ends with the connection.',
    V5,
  ),
  both('mqtt.keepState', false, SAME),
  both('mqtt.keepState', true, holds(/mote\.state/), { 'mqtt.cleanSession': false, 'publish.qos': 1 }),
  both('mqtt.keepState', true, 'needs a session to keep: publish.qos 1 and mqtt.cleanSession false. Write these too,'),
  both('mqtt.topicAlias', false, SAME),
  both('mqtt.topicAlias', true, IN_311),
  both(
    'mqtt.topicAlias',
    true,
    (b, image) => {
      b.broker.grants = { topicAliasMaximum: 5 }
      says(/^\d+\.\d$/)(b, image)
      const lengths = b.readings().map(({ length }) => length ?? 0)
      expect(lengths[0]).toBeGreaterThan((lengths.at(-1) ?? 0) + 15)
    },
    V5,
  ),
  both('mqtt.fallback', [], SAME),
  both('mqtt.fallback[0].host', '10.0.0.3', fallsBack),
  both('mqtt.fallback[0].port', 1884, fallsBack, { 'mqtt.fallback[0].host': '10.0.0.3' }),
  both('mqtt.fallback[0].host', 'localhost', '"localhost" is the board itself; use the address of the computer'),
  both(
    'mqtt.fallback[0].host',
    'mqtt://a:b@broker',
    '"mqtt://***@broker" is an address. Write the host only: "broker".',
  ),
  both('mqtt.fallback[0].port', 0, '0 is too small. Write a whole number from 1 to 65535.', {
    'mqtt.fallback[0].host': '10.0.0.3',
  }),
  {
    path: 'mqtt.fallback[0].host',
    value: 'broker.lan',
    with: fixedAddress,
    espruino: 'wifi.static: leaves the board without a name server, which mqtt.fallback[0].host needs.',
  },
  both('mqtt.reconnect.minS', 60, tries(4, 11), { 'mqtt.reconnect.maxS': 60 }),
  both('mqtt.reconnect.maxS', 5, tries(50, 150)),
  both('mqtt.connectTimeoutS', 5, holds(/\b5e3\b/)),
  both('mqtt.rebootAfterS', 0, SAME),
  both(
    'mqtt.rebootAfterS',
    300,
    then(b => {
      b.broker.listener.mode = 'refuses'
      b.broker.kill()
      b.run(295 * SECOND)
      expect(b.board.restarts).toBe(0)
      b.run(15 * SECOND)
      expect(b.board.restarts).toBe(1)
      b.run(285 * SECOND)
      expect(b.board.restarts).toBe(1)
      b.broker.listener.mode = 'accepts'
      reports(b, '')
    }),
  ),
  both('mqtt.rebootAfterS', 30, '30 would reboot during a router restart; use 0 or at least 300.'),
  both('limits.packetB', 4000, holds(/\b4e3\b/)),
  both('limits.queueB', 0, SAME),
  both('limits.queueB', 4096, waits(30), { 'publish.format': 'json' }),
  both('limits.queueB', 100, '100 holds no reading; use 0 or at least 200. For example 4096, which holds about 38.'),
  both(
    'limits.queueB',
    4096,
    'publish.format: plain has no place for the time at which a reading was taken that leaves',
  ),
  both('limits.inflightB', 2048, SAME),
  both('limits.inflightB', 256, holds(/\(\w+,8,256\)/), { 'publish.qos': 1 }),
  both('limits.inflight', 8, SAME),
  both('limits.inflight', 2, unanswered(2), { 'publish.qos': 1 }),
  both('topics.base', 'me@mail.com/garden', publishesTo('me@mail.com/garden/temperature')),
  both('sensors[0].key', 'outside', b => {
    b.run(MINUTE)
    expect(b.broker.taken.at(-1)?.topic).toMatch(/\/outside$/)
  }),
  both('sensors[0].type', 'virtual', reports),
  { path: 'sensors[0].pin', value: 'D4', with: { 'sensors[0].type': 'dht22' }, espruino: holds(/\bD4\b/) },
  { path: 'sensors[0].pin', value: 15, with: { 'sensors[0].type': 'dht22' }, kaluma: holds(/pulseRead\(15,/) },
  {
    path: 'sensors[0].sda',
    value: 'D18',
    with: { 'sensors[0].type': 'lm75', 'sensors[0].scl': 'D19' },
    espruino: holds(/D18,D19/),
  },
  {
    path: 'sensors[0].sda',
    value: 8,
    with: { 'sensors[0].type': 'lm75', 'sensors[0].scl': 9 },
    kaluma: holds(/8,9/),
  },
  {
    path: 'sensors[0].scl',
    value: 'D19',
    with: { 'sensors[0].type': 'lm75', 'sensors[0].sda': 'D18' },
    espruino: holds(/D18,D19/),
  },
  {
    path: 'sensors[0].scl',
    value: 9,
    with: { 'sensors[0].type': 'lm75', 'sensors[0].sda': 8 },
    kaluma: holds(/8,9/),
  },
  { path: 'sensors[0].i2c', value: 2, with: { 'sensors[0].type': 'lm75' }, espruino: holds(/I2C2/) },
  { path: 'sensors[0].i2c', value: 1, with: { 'sensors[0].type': 'lm75' }, kaluma: holds(/2,3/) },
  both('sensors[0].address', '0x4f', holds(/\b79\b/), { 'sensors[0].type': 'lm75' }),
  {
    path: 'sensors[0].resolutionBits',
    value: 9,
    with: { 'sensors[0].type': 'ds18b20', 'sensors[0].pin': 'D4' },
    espruino: holds(/"",9/),
  },
  {
    path: 'sensors[0].resolutionBits',
    value: 9,
    with: { 'sensors[0].type': 'ds18b20', 'sensors[0].pin': 15 },
    kaluma: 'sensors[0].type: ds18b20 is not possible on kaluma yet (no OneWire). Possible: internal, virtual, dht11',
  },
  {
    path: 'sensors[0].ntc.r25Ohm',
    value: 47000,
    with: { 'sensors[0].type': 'ntc', 'sensors[0].pin': 'D36' },
    espruino: holds(/47e3/),
  },
  {
    path: 'sensors[0].ntc.r25Ohm',
    value: 47000,
    with: { 'sensors[0].type': 'ntc', 'sensors[0].pin': 26 },
    kaluma: holds(/47e3/),
  },
  both('sensors[0].offsetC', -20, says(/^(20|4|5)\.\d$/)),
  both('sensors[0].samples', 5, reports),
  both('sensors[0].decimals', 3, says(/^\d+\.\d{3}$/)),
  both('sensors[0].minC', 100, b => {
    b.run(MINUTE)
    expect(b.readings()).toEqual([])
  }),
  both('sensors[0].maxC', -10, b => {
    b.run(MINUTE)
    expect(b.readings()).toEqual([])
  }),
  both(
    'publish.intervalS',
    20,
    then(b => {
      const before = b.readings().length
      b.run(10 * MINUTE)
      expect(b.readings().length - before).toBe(30)
    }),
  ),
  both('publish.format', 'json', says(/^\{"temperature":\d+\.\d\}$/)),
  both('publish.unit', 'F', says(/^(10|7)\d\.\d$/)),
  both('publish.qos', 0, SAME),
  both(
    'publish.qos',
    1,
    then(b => expect(b.readings().every(message => message.qos === 1)).toBe(true)),
  ),
  both('publish.qos', 2, '2 is not offered; 1 already guarantees delivery.'),
  both('publish.expiryS', 0, SAME),
  both('publish.expiryS', 3600, IN_311),
  both(
    'publish.expiryS',
    3600,
    then(b => expect(b.readings().every(({ expiryS }) => expiryS === 3600)).toBe(true)),
    V5,
  ),
  both('publish.keep', 'newest', SAME),
  both('publish.keep', 'oldest', 'does nothing without limits.queueB: no reading waits. Take it out.'),
  both('publish.keep', 'oldest', waits(30), { 'limits.queueB': 4096, 'publish.format': 'json' }),
  both(
    'publish.retain',
    false,
    then(b => expect(b.readings().some(message => message.retain)).toBe(false)),
  ),
  both(
    'publish.minChangeC',
    5,
    then(b => {
      expect(b.readings()).toHaveLength(1)
      b.board.celsius += 10
      b.run(15 * SECOND)
      expect(b.readings()).toHaveLength(2)
    }),
    { 'publish.heartbeatS': 600 },
  ),
  both('publish.minChangeC', 5, 'publish.heartbeatS: 0 is less than publish.intervalS, 60; a board that never speaks'),
  both(
    'publish.heartbeatS',
    120,
    then(b => {
      b.run(10 * MINUTE)
      expect(b.readings()).toHaveLength(6)
    }),
    { 'publish.minChangeC': 5 },
  ),
  both('publish.heartbeatS', 120, 'does nothing without publish.minChangeC: every reading is published.'),
  both('homeAssistant.discovery', false, SAME),
  notYet('homeAssistant.discovery', true, 'cannot announce itself to Home Assistant'),
  notYet('homeAssistant.prefix', 'ha', 'cannot announce itself to Home Assistant'),
  both('diagnostics.intervalS', 0, SAME),
  notYet('diagnostics.intervalS', 300, 'cannot publish diagnostics'),
  both('commands.allow', [], SAME),
  notYet('commands.allow', ['read'], 'cannot take commands'),
  both(
    'log.level',
    'off',
    then((b, image) => {
      expect(b.log).toEqual([])
      expect(image).not.toContain('console')
    }),
  ),
  both(
    'log.level',
    'error',
    then(b => {
      expect(b.log).toEqual([])
      b.broker.kill()
      b.run(SECOND)
      expect(b.log).toHaveLength(1)
    }),
  ),
  both(
    'log.level',
    'warn',
    then(b => {
      expect(b.log).toEqual([])
      b.board.celsius = 500
      b.board.loseWifi()
      b.run(MINUTE)
      expect(b.log).toContainEqual(expect.stringMatching(/^wifi: lost/))
    }),
  ),
  both('log.level', 'info', SAME),
  both(
    'log.level',
    'debug',
    then(b => expect(b.log.filter(line => /\/temperature: \d+\.\d$/.test(line))).toHaveLength(b.readings().length)),
  ),
  notYet('log.mqttLevel', 'info', 'cannot publish its log'),
  both('watchdogS', 0, SAME),
  both('watchdogS', 5, '5 is too short; use 0 or at least 10.'),
  { path: 'watchdogS', value: 10, espruino: '10 is shorter than a blocked connect (about 20 s).' },
  { path: 'watchdogS', value: 60, espruino: '60 may be shorter than a connect to a broker that does not answer' },
  {
    path: 'watchdogS',
    value: 60,
    kaluma: 'the RP2040 counts no further than 8 s: that holds, from the first join on.',
  },
  {
    path: 'watchdogS',
    value: 120,
    espruino: then(b => {
      b.run(10 * MINUTE)
      expect(b.board.restarts).toBe(0)
      expect(b.statuses()).toEqual(['online'])
    }),
    kaluma: then(b => {
      b.run(10 * MINUTE)
      expect(b.board.restarts).toBe(0)
      // Each attempt to join blocks for 30 s.
      b.board.loseWifi()
      b.run(10 * MINUTE)
      expect(b.board.restarts).toBe(1)
      b.board.restoreWifi()
      reports(b, '')
      b.run(MINUTE)
      expect(b.board.restarts).toBe(1)
    }),
  },
]

/** A board file of the row, or of a plain one. */
function fileOf(runtime: Runtime, { path, value, ...row }: Row) {
  const also = row.with ?? {}
  return boardWith({ runtime, ...also, [path]: value })
}

function setOf({ path, value, ...row }: Row): string[] {
  const settings = Object.entries({ ...row.with, [path]: value })
  return settings.map(([at, one]) => `${at}=${typeof one === 'string' ? one : JSON.stringify(one)}`)
}

describe.each(['espruino', 'kaluma'] as const)('on %s', runtime => {
  const named = rows
    .filter(row => row[runtime] !== undefined)
    .map(row => ({ row, cell: row[runtime] as Cell, name: `${row.path}: ${JSON.stringify(row.value)}` }))

  it.each(named.filter(({ cell }) => typeof cell === 'function'))('$name works', async ({ row, cell }) => {
    const set = setOf(row)
    const b = await bench(NAMES[runtime], set)
    ;(cell as Proof)(b, await imageOf(NAMES[runtime], set))
  })

  it.each(named.filter(({ cell }) => typeof cell === 'string'))('$name is answered in words', ({ row, cell }) => {
    const isElsewhere = /^[\w.[\]]+: /.test(cell as string) && !(cell as string).startsWith('not yet')
    const begin = `boards/x.json: ${isElsewhere ? '' : `${row.path}: `}${cell as string}`
    const { lines } = load(fileOf(runtime, row))
    expect(lines.filter(line => line.startsWith(begin))).toHaveLength(1)
  })

  it.each(named.filter(({ cell }) => cell === SAME))('$name leaves the image as it is', ({ row }) => {
    const plain = load(boardWith({ runtime })).board
    const { board, lines } = load(fileOf(runtime, row))
    expect(lines).toEqual([])
    if (!plain || !board) throw new Error('both files are valid')
    expect(entryModule(board, '')).toBe(entryModule(plain, ''))
  })

  it('every field of the schema is above', () => {
    const leaves = fieldPaths.filter(path => !fieldAt(path)?.properties && !fieldAt(path)?.items)
    const above = named.map(({ row }) => row.path)
    expect(leaves.filter(path => !above.includes(path) && !path.startsWith('sensors[0].ntc.'))).toEqual([])
  })
})
