import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { boardNames, loadBoard, loadBoards } from '../../src/host/boards'
import { boardWith, load, makeProject, plainBoard } from './project'

describe('the boards of the project', () => {
  const { boards, findings, standIns } = loadBoards('boards', [], { env: {}, standIns: true })

  test('hold every rule', () => {
    expect(findings).toEqual([])
    expect(boards.map(board => [board.board, board.runtime])).toEqual([
      ['esp32', 'espruino'],
      ['pico-w', 'kaluma'],
    ])
  })

  test('name the secrets of secrets.example.json', () => {
    expect(standIns.sort()).toEqual(Object.keys(JSON.parse(readFileSync('secrets.example.json', 'utf8'))).sort())
    expect(standIns).toEqual(['MQTT_PASSWORD', 'WIFI_PASSWORD', 'WIFI_SSID'])
  })

  test.each(['esp32', 'pico-w'])('%s leads editors to the schema', name => {
    expect(JSON.parse(readFileSync(`boards/${name}.json`, 'utf8')).$schema).toBe('./board.schema.json')
  })
})

describe('findings', () => {
  test('come all at once, in the order of the file', () => {
    const { board, lines } = load(`{
      "sensors": [{ "type": "intrenal", "decimals": 9 }],
      "publish": { "qos": 2, "intervalS": "60" },
      "wifi": { "password": "short", "ssid": "", "sid": "x" },
      "mqtt": { "tls": true, "host": "broker.local", "keepAliveS": 0, "keepAliveS": 0 },
      "runtime": "espurino"
    }`)
    expect(board).toBeUndefined()
    expect(lines.map(line => line.split(': ')[1])).toEqual([
      'sensors[0].type',
      'sensors[0].decimals',
      'publish.qos',
      'publish.intervalS',
      'wifi.password',
      'wifi.ssid',
      'wifi.sid',
      'mqtt.tls',
      'mqtt.host',
      'mqtt.keepAliveS',
      'mqtt.keepAliveS',
      'runtime',
    ])
  })

  test('of what is missing come where its section stands', () => {
    const { lines } = load('{ "mqtt": {}, "sensors": [{}], "wifi": {}, "runtime": "kaluma" }')
    expect(lines.map(line => line.split(': ')[1])).toEqual(['mqtt.host', 'sensors[0].type', 'wifi.ssid'])
  })

  test('tell of a key that is there twice', () => {
    const { lines } = load('{ "runtime": "kaluma", "runtime": "espurino" }')
    expect(lines).toContain('boards/x.json: runtime: is there twice; the last one would count. Take one out.')
    expect(lines.join()).toContain('runtime: "espurino" is not known.')
  })

  test('have file, path, value, rule, fix and severity', () => {
    const { findings } = load(boardWith({ runtime: 'espurino' }))
    expect(findings).toEqual([
      {
        file: expect.stringMatching(/boards\/x\.json$/),
        path: 'runtime',
        value: '"espurino"',
        rule: '"espurino" is not known.',
        fix: '(espruino, kaluma)',
        didYouMean: 'espruino',
        severity: 'error',
      },
    ])
  })

  test('name a file below the working folder from there', () => {
    expect(loadBoard('boards/missing.json').findings[0].file).toBe('boards/missing.json')
    expect(loadBoard(`${process.cwd()}/boards/missing.json`).findings[0].file).toBe('boards/missing.json')
  })
})

test('an id that the file fixes is filled in', () => {
  const { board } = load(boardWith({ 'device.id': 'shed-1' }))
  expect(board?.device).toMatchObject({ id: 'shed-1', name: 'shed-1' })
  expect(board?.mqtt.clientId).toBe('moteshed-1')
  expect(board?.topics.base).toBe('sensors/shed-1')
})

describe('a file that cannot be read is told in words', () => {
  test('where it is missing', () => {
    const project = makeProject()
    expect(project.lines(loadBoard(`${project.boards}/x.json`).findings)).toEqual([
      'boards/x.json: does not exist. Check the name.',
    ])
  })

  test('where it is a folder', () => {
    const project = makeProject()
    expect(project.lines(loadBoard(project.boards).findings)).toEqual(['boards: is a folder. Name a file.'])
  })

  test('where the system says no', () => {
    const project = makeProject()
    const file = project.write('boards/x.json', '')
    expect(project.lines(loadBoard(`${file}/y.json`).findings)).toEqual([
      'boards/x.json/y.json: cannot be read (ENOTDIR). Check its name and its permissions.',
    ])
  })

  test('where it is not UTF-8', () => {
    expect(load(Buffer.from([0x22, 0xe4, 0x22])).lines).toEqual([
      'boards/x.json: is not UTF-8. Save it in that encoding.',
    ])
  })

  test('and a byte order mark does no harm', () => {
    expect(load(`\ufeff${JSON.stringify(plainBoard())}`).findings).toEqual([])
  })
})

describe('a folder of boards', () => {
  function folder() {
    const project = makeProject()
    project.write('boards/b.json', boardWith({ 'wifi.password': { $secret: 'WPA' } }))
    project.write('boards/a.json', plainBoard())
    project.write('boards/board.schema.json', {})
    project.write('boards/notes.txt', '')
    return project
  }

  test('is listed without the schema', () => {
    expect(boardNames(folder().boards)).toEqual(['a', 'b'])
  })

  test('gives those without an error, and every finding', () => {
    const project = folder()
    const { boards, findings } = loadBoards(project.boards, [], { env: {} })
    expect(boards.map(board => board.board)).toEqual(['a'])
    expect(project.lines(findings)).toEqual([
      'boards/b.json: wifi.password: secret WPA is not set. Put it in secrets.json or run: WPA=… <command>',
    ])
  })

  test.each(['b', 'b.json', 'boards/b.json'])('gives the one that is named: %s', name => {
    const { boards, standIns } = loadBoards(folder().boards, [name], { env: {}, standIns: true })
    expect(boards.map(board => board.board)).toEqual(['b'])
    expect(standIns).toEqual(['WPA'])
  })

  test('helps with a name that it does not have', () => {
    const { findings } = loadBoards('boards', ['esp23', 'zebra'], { env: {} })
    expect(findings.map(({ file, rule, didYouMean, fix }) => [file, rule, didYouMean, fix])).toEqual([
      ['boards', '"esp23" is not a board.', 'esp32', '(esp32, pico-w)'],
      ['boards', '"zebra" is not a board.', undefined, '(esp32, pico-w)'],
    ])
  })

  test('tells once what is wrong with secrets.json', () => {
    const project = folder()
    project.write('secrets.json', '{')
    expect(project.lines(loadBoards(project.boards, [], { env: {} }).findings)).toEqual([
      'secrets.json: line 1, column 2: the file ends too early. Close the "{" of line 1.',
    ])
  })

  test('that is empty or missing says so', () => {
    const project = makeProject()
    expect(project.lines(loadBoards(project.boards).findings)).toEqual([
      'boards: holds no board file. Add one, for example esp32.json.',
    ])
    expect(project.lines(loadBoards(`${project.root}/nowhere`).findings)).toEqual([
      'nowhere: cannot be read (ENOENT). Name the folder of the board files.',
    ])
  })
})
