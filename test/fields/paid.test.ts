import { describe, expect, it } from 'vitest'
import { measureSwitches, switchesTable } from '../../src/host/image/prices'
import { imageOf } from '../outage/bench'

/** What each switch leaves in an image, whatever the minifier does. */
const TRACES: [set: string[], trace: RegExp][] = [
  [['publish.format=json'], /\{"temperature":/],
  [['publish.unit=F'], /1\.8\*\w+\+32/],
  [['publish.minChangeC=0.2', 'publish.heartbeatS=60'], /1e-9/],
  [['sensors[0].samples=3'], /\.sort\(/],
  [['mqtt.rebootAfterS=300'], /no session/],
  [['watchdogS=120'], /enableWatchdog|feed/],
  [['publish.qos=1'], /no PUBACK/],
  [['limits.queueB=4096'], / readings dropped/],
  [['mqtt.keepState=true', 'mqtt.cleanSession=false', 'publish.qos=1'], /mote\.state/],
  [['mqtt.version=5.0'], /MQTT\\x05/],
  [['mqtt.fallback=[{"host":"10.0.0.3"}]'], /concat\(/],
  [['log.level=debug'], /substr\(2\)\+": "\+\w+\.\w+\)/],
]
const ON_ESP32: typeof TRACES = [
  [['mqtt.tls=true'], /"tls"/],
  [['wifi.hostname=mote'], /setHostname/],
  [['limits.queueB=4096', 'publish.format=json'], /toISOString/],
  [['wifi.static={"ip":"10.0.0.60","gateway":"10.0.0.1"}'], /setIP/],
]

describe.each(['esp32', 'pico-w'])('the image of %s', name => {
  const rows = name === 'esp32' ? [...TRACES, ...ON_ESP32] : TRACES

  it.each(rows)('has something of %j only where that is asked for', async (set, trace) => {
    expect(await imageOf(name, set)).toMatch(trace)
    expect(await imageOf(name)).not.toMatch(trace)
  })
})

describe('the prices of the switches', () => {
  it('are bytes over an image without; a level that says less costs less than nothing', async () => {
    const prices = await measureSwitches(['"publish.format": "json"', '"mqtt.tls": true', '"log.level": "off"'])
    const [json, tls, silent] = prices
    expect(json.esp32).toBeGreaterThan(20)
    expect(json.esp32).toBeLessThan(100)
    expect(tls['pico-w']).toBeUndefined()
    expect(silent.esp32).toBeLessThan(-300)
    expect(switchesTable(prices).split('\n').slice(0, 2)).toEqual([
      '| setting | esp32, bytes | pico-w, bytes |',
      '|---|---:|---:|',
    ])
    expect(switchesTable(prices)).toMatch(/\| `"mqtt.tls": true` \| \d+ \| not there \|/)
  })
})
