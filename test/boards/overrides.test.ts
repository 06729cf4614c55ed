import { describe, expect, test } from 'vitest'
import { load, plainBoard } from './project'

function loadSet(...set: string[]) {
  return load(plainBoard(), { set })
}

describe('--set', () => {
  test('overrides a field, the last one wins', () => {
    const { board } = loadSet(
      'mqtt.host=10.0.0.9',
      'publish.intervalS=6',
      'publish.intervalS=5',
      'publish.retain=false',
    )
    expect(board?.mqtt.host).toBe('10.0.0.9')
    expect(board?.publish).toMatchObject({ intervalS: 5, retain: false })
  })

  test.each(['sensors[0].type=virtual', 'sensors.0.type=virtual', ' sensors[0].type =virtual'])(
    'finds a list element: %s',
    override => {
      expect(loadSet(override).board?.sensors[0].type).toBe('virtual')
    },
  )

  test('keeps what was typed where a field holds text', () => {
    const { board } = loadSet('mqtt.password=12345678', 'mqtt.username="m"', 'device.name=null', 'mqtt.version=3.1.1')
    expect(board?.mqtt).toMatchObject({ password: '12345678', username: '"m"' })
    expect(board?.device.name).toBe('null')
  })

  test('takes all behind the first "="', () => {
    expect(loadSet('mqtt.password=a=b=').board?.mqtt.password).toBe('a=b=')
  })

  test('takes the name of a secret', () => {
    const { board } = load(plainBoard(), { set: ['mqtt.password={"$secret":"PASS"}'], env: { PASS: 'p' } })
    expect(board?.mqtt.password).toBe('p')
  })

  test('takes a whole section', () => {
    const { board } = loadSet('mqtt={"host":"10.0.0.9"}', 'sensors=[{"type":"virtual"}]')
    expect(board?.mqtt).toMatchObject({ host: '10.0.0.9', username: '' })
    expect(board?.sensors[0].type).toBe('virtual')
  })

  test.each<[string, string]>([
    [
      'mqtt.hots=x',
      '--set mqtt.hots: is not known. Did you mean "mqtt.host"? Name a field of the board file, for example mqtt.host.',
    ],
    [
      'intervalS=5',
      '--set intervalS: is not known. Did you mean "publish.intervalS"? Name a field of the board ' +
        'file, for example mqtt.host.',
    ],
    [
      'nonsense here=5',
      '--set ["nonsense here"]: is not known. Name a field of the board file, for example mqtt.host.',
    ],
    ['__proto__.x=5', '--set __proto__.x: is not known. Name a field of the board file, for example mqtt.host.'],
    ['mqtt.host', '--set: is not path=value. Write for example --set mqtt.host=10.0.0.9.'],
    ['=5', '--set: is not path=value. Write for example --set mqtt.host=10.0.0.9.'],
    ['publish.intervalS=soon', '--set publish.intervalS: "soon" is text. Write a whole number from 1 to 86400.'],
    ['mqtt.host=mqtt://10.0.0.2', '--set mqtt.host: "mqtt://10.0.0.2" is an address. Write the host only: "10.0.0.2".'],
    ['mqtt={}', '--set mqtt.host: is missing. Add "host": "192.168.1.10".'],
    ['sensors[2].type=virtual', '--set sensors[2].type: has no place in the file. Mend what it belongs to first.'],
  ])('%s is validated like the file', (override, line) => {
    const { board, lines } = loadSet(override)
    expect(board).toBeUndefined()
    expect(lines).toEqual([`boards/x.json: ${line}`])
  })
})

test('--set does not mend a section that is none', () => {
  expect(load({ ...plainBoard(), mqtt: 5 }, { set: ['mqtt.host=10.0.0.9'] }).lines).toEqual([
    'boards/x.json: --set mqtt.host: has no place in the file. Mend what it belongs to first.',
    'boards/x.json: mqtt: *** is a number. Write an object { … }.',
  ])
})

test('override defaults hold where the file and --set say nothing', () => {
  const overrideDefaults = { 'publish.intervalS': 2, 'mqtt.port': 1884, 'mqtt.host': '10.9.9.9' }
  const { board } = load(plainBoard(), { overrideDefaults, set: ['publish.intervalS=7'] })
  expect(board?.publish.intervalS).toBe(7)
  expect(board?.mqtt).toMatchObject({ host: '10.0.0.2', port: 1884 })
})
