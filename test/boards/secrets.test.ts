import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { formatFindings, loadBoard } from '../../src/host/boards'
import { boardWith, complaints, load, makeProject, plainBoard } from './project'

const bySecret = {
  runtime: 'espruino',
  wifi: { ssid: { $secret: 'SSID' }, password: { $secret: 'WPA' } },
  mqtt: { host: { $secret: 'HOST' }, username: { $secret: 'USER' }, password: { $secret: 'PASS' } },
  sensors: [{ type: 'internal' }],
}

describe('a secret', () => {
  test('may stand for the network, the broker and both passwords', () => {
    const env = { SSID: 'home', WPA: '12345678', HOST: '10.0.0.2', USER: 'mote', PASS: '' }
    const { board, findings } = load(bySecret, { env })
    expect(findings).toEqual([])
    expect(board?.wifi).toMatchObject({ ssid: 'home', password: '12345678' })
    expect(board?.mqtt).toMatchObject({ host: '10.0.0.2', username: 'mote', password: '' })
  })

  test('comes from the environment before secrets.json', () => {
    const project = makeProject()
    project.write('secrets.json', { SSID: 'from the file', WPA: 'from the file', PASS: '', USER: 'u', HOST: 'h' })
    const env = { SSID: 'from outside', WPA: undefined }
    const { board } = loadBoard(project.write('boards/x.json', bySecret), { env })
    expect(board?.wifi).toMatchObject({ ssid: 'from outside', password: 'from the file' })
  })

  test('that is not set is named with what to do', () => {
    const env = { SSID: 'home', HOST: '10.0.0.2', USER: 'u', PASS: 'p' }
    expect(load(bySecret, { env }).lines).toEqual([
      'boards/x.json: wifi.password: secret WPA is not set. Put it in secrets.json or run: WPA=… <command>',
    ])
  })

  test('that is nearly set is found', () => {
    const env = { WIFI_PASWORD: '12345678' }
    expect(complaints({ 'wifi.password': { $secret: 'WIFI_PASSWORD' } }, { env })[0]).toMatch(
      'secret WIFI_PASSWORD is not set. Did you mean "WIFI_PASWORD"?',
    )
  })

  test.each([{ $secrt: 'WPA' }, { $secret: 'my password' }, { $secret: 5 }, { $secret: 'WPA', x: 1 }, []])(
    'written as %j is refused',
    value => {
      expect(complaints({ 'wifi.password': value })).toEqual([
        'wifi.password: is neither text nor the name of a secret. Write text, or {"$secret":"WIFI_PASSWORD"}.',
      ])
    },
  )

  test('that breaks a rule is named, not shown', () => {
    const env = { SSID: '', WPA: '1234567', HOST: 'mqtt://broker.local', USER: 'u'.repeat(129), PASS: 'p\0' }
    expect(load(bySecret, { env }).lines).toEqual([
      'boards/x.json: wifi.ssid: is empty. Set SSID in the environment or in secrets.json.',
      'boards/x.json: wifi.password: 7 characters; WPA2 needs 8 to 63. Set WPA in the environment or in secrets.json.',
      'boards/x.json: mqtt.host: *** is an address. Set HOST in the environment or in secrets.json.',
      'boards/x.json: mqtt.username: 129 characters; at most 128 bytes are possible. Set USER in the ' +
        'environment or in secrets.json.',
      'boards/x.json: mqtt.password: has the character U+0000, which no text may hold (MQTT-1.5.3). ' +
        'Set PASS in the environment or in secrets.json.',
    ])
  })
})

describe('secrets.json', () => {
  test.each<[string, unknown, string]>([
    [
      'is not JSON',
      '{ "WPA": "x", }',
      'secrets.json: line 1, column 13: found a comma before "}". Take the comma out.',
    ],
    ['is a list', ['x'], 'secrets.json: is not an object. Write { "WIFI_PASSWORD": "…" }, as in secrets.example.json.'],
    ['holds a number', { WPA: 12345678 }, 'secrets.json: WPA: is not text. Write it in double quotes.'],
    ['holds a name twice', '{ "WPA": "12345678", "WPA": "x" }', 'secrets.json: WPA: is there twice. Take one out.'],
  ])('that %s is a finding of its own, once', (_name, content, line) => {
    const project = makeProject()
    project.write('secrets.json', content)
    const file = project.write('boards/x.json', boardWith({ 'wifi.password': { $secret: 'WPA' } }))
    const { board, findings } = loadBoard(file, { env: {} })
    expect(board).toBeUndefined()
    expect(project.lines(findings.filter(finding => finding.file.endsWith('secrets.json')))).toEqual([line])
    expect(project.lines(findings).join()).not.toMatch('is not set')
  })
})

describe('stand-ins', () => {
  test('take the place of secrets that are not set, obey every rule, and are named', () => {
    const { board, findings, standIns } = load(bySecret, { standIns: true, env: { SSID: 'home' } })
    expect(findings).toEqual([])
    expect(board?.wifi.ssid).toBe('home')
    expect(standIns).toEqual(['WPA', 'HOST', 'USER', 'PASS'])
  })

  test('do not hide a secret that is wrong', () => {
    expect(load(bySecret, { standIns: true, env: { WPA: 'short' } }).lines).toEqual([
      'boards/x.json: wifi.password: 5 characters; WPA2 needs 8 to 63. Set WPA in the environment or in secrets.json.',
    ])
  })
})

describe('a password that is written out', () => {
  test('in a file that git tracks is warned of, with the line to write instead', () => {
    for (const name of ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_WORK_TREE']) vi.stubEnv(name, undefined)
    const project = makeProject()
    const file = project.write('boards/x.json', plainBoard())
    execFileSync('git', ['init', '--quiet'], { cwd: project.root })
    expect(loadBoard(file, { env: {} }).findings).toEqual([])
    execFileSync('git', ['add', 'boards/x.json'], { cwd: project.root })
    const { board, findings } = loadBoard(file, { env: {} })
    const overridden = loadBoard(file, { env: {}, set: ['mqtt.password=other', 'wifi.password=another one'] })
    vi.unstubAllEnvs()
    const rule = 'stands in a file that git tracks. Put it in secrets.json and write here: "password"'
    expect(project.lines(findings)).toEqual([
      `boards/x.json: wifi.password: ${rule}: {"$secret":"WIFI_PASSWORD"} (warning)`,
      `boards/x.json: mqtt.password: ${rule}: {"$secret":"MQTT_PASSWORD"} (warning)`,
    ])
    expect(board).toBeDefined()
    expect(overridden.findings).toEqual([])
  })
})

describe('a secret is in no finding', () => {
  const MARK = 'Xq7marker'
  const everyFault = { runtime: 'x', 'mqtt.port': 'x', 'publish.qos': 9, 'mqtt.clientId': '?', 'topics.base': '/' }

  function expectHidden(loaded: { findings: Parameters<typeof formatFindings>[0]; lines: string[] }): void {
    expect(loaded.findings.length).toBeGreaterThan(0)
    expect(JSON.stringify(loaded.findings) + loaded.lines.join()).not.toMatch(MARK)
  }

  const values = [
    MARK.slice(0, 7) + MARK,
    `${MARK}\0`,
    `${MARK}\ud800`,
    MARK.repeat(20),
    `mqtt://${MARK}:1883`,
    `mqtt://localhost/${MARK}`,
    `${MARK}.local`,
    `${MARK} ${MARK}`,
  ]
  const places = ['wifi.ssid', 'wifi.password', 'mqtt.host', 'mqtt.username', 'mqtt.password']

  test.each(places)('whatever fault %s has as a named secret', path => {
    for (const value of values) {
      const board = boardWith({ ...everyFault, [path]: { $secret: 'NAME' } })
      expectHidden(load(board, { env: { NAME: value } }))
      expectHidden(load(boardWith(everyFault), { set: [`${path}={"$secret":"NAME"}`], env: { NAME: value } }))
    }
  })

  test.each(['wifi.password', 'mqtt.password'])('whatever is written out at %s', path => {
    for (const value of [...values, [MARK], { $secret: `${MARK} x` }, { [MARK]: 1 }, { $secrt: MARK }]) {
      expectHidden(load(boardWith({ ...everyFault, [path]: value })))
      expectHidden(load(boardWith(everyFault), { set: [`${path}=${typeof value === 'string' ? value : MARK}`] }))
    }
  })

  test.each(['wifi', 'mqtt', 'wifi.pasword', 'mqtt.pass', 'password'])('where it stands at %s by mistake', path => {
    expectHidden(load(boardWith({ [path]: MARK })))
    expectHidden(load(plainBoard(), { set: [`${path}=${MARK}`] }))
  })

  test('where an address holds it', () => {
    expectHidden(load(boardWith({ 'mqtt.host': `mqtt://me:${MARK}@10.0.0.2` })))
    expectHidden(load(boardWith({ 'mqtt.host': `me:${MARK}@10.0.0.2` })))
  })

  test('where secrets.json is broken', () => {
    for (const content of [`{ "WPA": ${MARK} }`, `{ "WPA": "${MARK}`, { WPA: [MARK] }, [MARK], JSON.stringify(MARK)]) {
      const project = makeProject()
      project.write('secrets.json', content)
      const { findings } = loadBoard(project.write('boards/x.json', bySecret), { env: {} })
      expectHidden({ findings, lines: project.lines(findings) })
    }
  })

  test('wherever the file is broken', () => {
    const text = JSON.stringify(boardWith({ 'wifi.password': MARK, 'mqtt.password': MARK }), null, 2)
    const project = makeProject()
    const change = fc.tuple(
      fc.nat(text.length),
      fc.nat(3),
      fc.constantFrom('', '"', ',', '{', '}', ':', '//', '\\', 'x'),
    )
    fc.assert(
      fc.property(change, ([at, cut, put]) => {
        const file = project.write('boards/x.json', text.slice(0, at) + put + text.slice(at + cut))
        const { findings } = loadBoard(file, { env: {} })
        // A changed marker is another word; a whole one must not be seen.
        expect(JSON.stringify(findings) + formatFindings(findings)).not.toMatch(MARK)
      }),
      { numRuns: 300 },
    )
  })
})
