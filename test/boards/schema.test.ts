import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { version } from '../../package.json'
import { type Field, fieldAt, fieldPaths, notYet } from '../../src/host/boards/schema'
import { boardWith, complaints, load, plainBoard } from './project'

const schema = JSON.parse(readFileSync('boards/board.schema.json', 'utf8'))

/** Compiled as an editor would: draft-07, strict but for fields that may be text or a number. */
const isBoard = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema)

const fields = fieldPaths.map(path => [path, fieldAt(path) as Field] as const)

describe('the schema', () => {
  test('accepts a file that names it', () => {
    expect(isBoard({ $schema: './board.schema.json', ...plainBoard() })).toBe(true)
  })

  test.each(fields)('says what %s is', (_path, field) => {
    expect(field.title).toMatch(/\S/)
    expect(field.description).toMatch(/\.$/)
  })

  test.each(fields.filter(([, field]) => field.examples))('takes its own examples of %s', (_path, field) => {
    const takes = new Ajv({ allowUnionTypes: true }).compile({ definitions: schema.definitions, ...field })
    for (const example of field.examples ?? []) expect(takes(example)).toBe(true)
  })

  test('allows no unknown key anywhere', () => {
    const sections = fields.filter(([, field]) => field.properties).map(([path]) => path)
    expect(sections.length).toBeGreaterThan(10)
    for (const section of ['', ...sections]) {
      expect(isBoard(boardWith({ [`${section}.unheardOf`]: 1 })), section).toBe(false)
    }
  })

  test('says which version cannot do what', () => {
    const [major, minor] = version.split('.')
    const sentences = fields.flatMap(([, field]) => notYet(field) ?? [])
    expect(sentences.length).toBeGreaterThan(4)
    for (const sentence of sentences) expect(sentence).toMatch(`mqtt-mote ${major}.${minor} cannot `)
  })
})

test('what a file leaves out has the documented default', () => {
  const { board } = load({
    runtime: 'kaluma',
    wifi: { ssid: 'home' },
    mqtt: { host: '10.0.0.2' },
    sensors: [{ type: 'virtual' }],
  })
  expect(board).toEqual({
    board: 'x',
    runtime: 'kaluma',
    device: { id: 'auto', name: '{id}', area: '' },
    wifi: { ssid: 'home', password: '', hostname: '', connectTimeoutS: 30 },
    mqtt: {
      host: '10.0.0.2',
      port: 1883,
      tls: false,
      username: '',
      password: '',
      clientId: 'mote{id}',
      version: '3.1.1',
      keepAliveS: 30,
      cleanSession: true,
      sessionExpiryS: 0,
      keepState: false,
      topicAlias: false,
      fallback: [],
      reconnect: { minS: 1, maxS: 25 },
      connectTimeoutS: 15,
      rebootAfterS: 0,
    },
    limits: { packetB: 512, queueB: 0, inflightB: 2048, inflight: 8 },
    topics: { base: 'sensors/{id}' },
    sensors: [{ key: 'temperature', type: 'virtual', offsetC: 0, samples: 1, decimals: 1, minC: -40, maxC: 125 }],
    publish: {
      intervalS: 60,
      format: 'plain',
      unit: 'C',
      qos: 0,
      expiryS: 0,
      keep: 'newest',
      retain: true,
      minChangeC: 0,
      heartbeatS: 0,
    },
    log: { level: 'info' },
    watchdogS: 0,
  })
})

describe('a field that is taken', () => {
  test.each<[string, unknown]>([
    ['$schema', './board.schema.json'],
    ['board', 'x'],
    ['runtime', 'kaluma'],
    ['device.id', 'shed-1'],
    ['device.name', 'Greenhouse'],
    ['wifi.ssid', 'x'],
    ['device.area', 'Garden'],
    ['wifi.password', ''],
    ['wifi.security', 'wpa2'],
    ['wifi.hostname', 'mote-{id}'],
    ['wifi.static', { ip: '10.0.0.9', gateway: '10.0.0.1', netmask: '255.255.255.0' }],
    ['wifi.connectTimeoutS', 120],
    ['mqtt.host', 'broker.example.com'],
    ['mqtt.port', 1884],
    ['mqtt.tls', false],
    ['mqtt.username', 'greenhouse'],
    ['mqtt.password', ''],
    ['mqtt.clientId', 'shed_{id}'],
    ['mqtt.version', '3.1.1'],
    ['mqtt.keepAliveS', 3600],
    ['mqtt.version', '5.0'],
    ['mqtt.cleanSession', true],
    ['mqtt.keepState', false],
    ['mqtt.topicAlias', false],
    ['mqtt.fallback', [{ host: '10.0.0.3' }, { host: 'broker.example.com', port: 1884 }]],
    ['mqtt.reconnect.minS', 5],
    ['mqtt.reconnect.maxS', 3600],
    ['mqtt.connectTimeoutS', 60],
    ['mqtt.rebootAfterS', 900],
    ['limits.packetB', 4096],
    ['limits.queueB', 0],
    ['limits.inflightB', 256],
    ['limits.inflight', 1],
    ['topics.base', 'me@mail.com/garden'],
    ['sensors[0].key', 'outside'],
    ['sensors[0].type', 'virtual'],
    ['sensors[0].offsetC', -1.5],
    ['sensors[0].samples', 15],
    ['sensors[0].decimals', 3],
    ['sensors[0].minC', -10.5],
    ['sensors[0].maxC', 50],
    ['publish.intervalS', 86400],
    ['publish.format', 'json'],
    ['publish.unit', 'F'],
    ['publish.qos', 0],
    ['publish.qos', 1],
    ['publish.retain', false],
    ['log.level', 'debug'],
    ['watchdogS', 120],
  ])('%s takes %j', (path, value) => {
    const board = boardWith({ [path]: value })
    expect(load(board).lines).toEqual([])
    expect(isBoard(board)).toBe(true)
  })
})

describe('a field that is for later', () => {
  const later: [path: string, refused: unknown, off?: unknown][] = [
    ['homeAssistant.discovery', true, false],
    ['homeAssistant.discovery', 'entity', false],
    ['homeAssistant.prefix', 'ha', 'homeassistant'],
    ['diagnostics.intervalS', 300, 0],
    ['commands.allow', ['read'], []],
    ['log.mqttLevel', 'info', 'off'],
  ]

  test.each(later)('%s refuses %j in words', (path, refused) => {
    const board = boardWith({ [path]: refused })
    const { lines } = load(board)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(`boards/x.json: ${path}: not yet: mqtt-mote 0.1 cannot `)
    expect(lines[0]).toMatch(/; (leave it out|write)/)
    expect(isBoard(board)).toBe(false)
  })

  test.each(later.filter(([, , off]) => off !== undefined))('%s may say what holds today: not %j', (path, _no, off) => {
    const board = boardWith({ [path]: off })
    expect(load(board).lines).toEqual([])
    expect(isBoard(board)).toBe(true)
  })

  test('and one broker too many is named', () => {
    expect(complaints({ 'mqtt.fallback': Array(4).fill({ host: '10.0.0.3' }) })).toEqual([
      'mqtt.fallback[3]: is one more than the 3 other brokers that a board can have. Take it out.',
    ])
  })

  test('says what may be written instead', () => {
    expect(complaints({ 'homeAssistant.discovery': true })).toEqual([
      'homeAssistant.discovery: not yet: mqtt-mote 0.1 cannot announce itself to Home Assistant; leave it out or write ' +
        'false. Found: true.',
    ])
  })

  test('does not reach the board when it is switched off', () => {
    const { board } = load(boardWith({ 'homeAssistant.discovery': false, 'diagnostics.intervalS': 0 }))
    expect(JSON.stringify(board)).not.toMatch(/homeAssistant|diagnostics/)
  })
})

describe('what the schema refuses is said in words', () => {
  test.each<[string, unknown, string]>([
    ['runtime', 'espurino', '"espurino" is not known. Did you mean "espruino"? (espruino, kaluma)'],
    ['runtime', 5, '5 is a number. Write text in double quotes.'],
    ['wifi', 'home', '*** is text. Write an object { … }.'],
    [
      'wifi.ssid',
      null,
      'is neither text nor the name of a secret. Write text, or {"$secret":"WIFI_SSID"}. Found: null.',
    ],
    ['wifi.password', 12345678, '*** is a number. Write text in double quotes.'],
    ['mqtt.port', '1883', '"1883" is text. Write a whole number from 1 to 65535.'],
    ['mqtt.port', 65536, '65536 is too large. Write a whole number from 1 to 65535.'],
    ['mqtt.keepAliveS', 9, '9 is too small. Write a whole number from 10 to 3600.'],
    ['mqtt.keepAliveS', 10.5, '10.5 is not a whole number. Write a whole number from 10 to 3600.'],
    ['mqtt.connectTimeoutS', 61, '61 is too large. Write a whole number from 5 to 60.'],
    ['mqtt.reconnect.minS', 0, '0 is too small. Write a whole number from 1 to 60.'],
    ['mqtt.reconnect.maxS', 3601, '3601 is too large. Write a whole number from 5 to 3600.'],
    ['limits.packetB', 127, '127 is too small. Write a whole number from 128 to 4096.'],
    ['publish.intervalS', 0.5, '0.5 is not a whole number. Write a whole number from 1 to 86400.'],
    ['publish.intervalS', 86401, '86401 is too large. Write a whole number from 1 to 86400.'],
    ['publish.retain', 'yes', '"yes" is text. Write true or false.'],
    ['publish.retain', null, 'null is null. Write true or false.'],
    ['sensors', [], 'is empty; add one, for a first test {"type":"internal"}.'],
    ['sensors', { type: 'internal' }, 'is an object. Write a list [ … ].'],
    ['sensors[0].key', 5, '5 is a number. Write text in double quotes.'],
    ['sensors[0].decimals', 4, '4 is too large. Write a whole number from 0 to 3.'],
    ['sensors[0].offsetC', -21, '-21 is too small. Write a number from -20 to 20.'],
    ['device.name', '', 'is empty. Write something, or leave it out.'],
    ['device.name', 'n'.repeat(65), `has more than 64 characters. Use fewer. Found: "${'n'.repeat(65)}".`],
    [
      'topics.base',
      { $secret: 'BASE' },
      'takes no secret. A $secret is possible in wifi.ssid, wifi.password, mqtt.host, mqtt.username, mqtt.password.',
    ],
  ])('%s: %j', (path, value, words) => {
    expect(complaints({ [path]: value })).toEqual([`${path}: ${words}`])
  })

  test.each<[string, string]>([
    [
      'wifi.pasword',
      'is not known. Did you mean "password"? (ssid, password, security, hostname, static, connectTimeoutS)',
    ],
    [
      'mqtt.user',
      'is not known. Did you mean "username"? (host, port, tls, username, password, clientId, version, ' +
        'keepAliveS, cleanSession, sessionExpiryS, keepState, topicAlias, fallback, reconnect, connectTimeoutS, rebootAfterS)',
    ],
    [
      'mqtt.keep_alive',
      'is not known. Did you mean "keepAliveS"? (host, port, tls, username, password, clientId, version, ' +
        'keepAliveS, cleanSession, sessionExpiryS, keepState, topicAlias, fallback, reconnect, connectTimeoutS, rebootAfterS)',
    ],
    [
      'publish.key',
      'is not known. Did you mean "sensors[0].key"? (intervalS, format, unit, qos, keep, expiryS, retain, minChangeC, heartbeatS)',
    ],
    ['device.colour', 'is not known. (id, name, area)'],
    ['diagnostics.interval', 'is not known. Did you mean "intervalS"? Or take it out.'],
    ['log.colour', 'is not known. (level)'],
    ['commands.colour', 'is not known. Take it out.'],
  ])('the key %s', (path, words) => {
    expect(complaints({ [path]: 'x' })).toEqual([`${path}: ${words}`])
  })

  test('a dotted key names its place', () => {
    expect(load({ ...plainBoard(), 'mqtt.port': 1884 }).lines).toEqual([
      'boards/x.json: ["mqtt.port"]: is not known. Did you mean "mqtt.port"? ' +
        '($schema, board, runtime, device, wifi, mqtt, limits, topics, sensors, publish, log, watchdogS)',
    ])
  })

  test('what is missing comes with a line to add', () => {
    expect(load({}).lines).toEqual([
      'boards/x.json: runtime: is missing. Add "runtime": "espruino".',
      'boards/x.json: wifi: is missing. Add "wifi": ' +
        '{"ssid":{"$secret":"WIFI_SSID"},"password":{"$secret":"WIFI_PASSWORD"}}.',
      'boards/x.json: mqtt: is missing. Add "mqtt": {"host":"192.168.1.10"}.',
      'boards/x.json: sensors: is missing. Add "sensors": [{"type":"internal"}].',
    ])
    expect(load({ runtime: 'kaluma', wifi: {}, mqtt: {}, sensors: [{}] }).lines).toEqual([
      'boards/x.json: wifi.ssid: is missing. Add "ssid": {"$secret":"WIFI_SSID"}.',
      'boards/x.json: mqtt.host: is missing. Add "host": "192.168.1.10".',
      'boards/x.json: sensors[0].type: is missing. Add "type": "internal".',
    ])
  })

  test('a file that holds a list', () => {
    expect(load([]).lines).toEqual(['boards/x.json: is a list. Write an object { … }.'])
  })
})
