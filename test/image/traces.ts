import { PASSWORD, USER_NAME } from '../../src/client/connect'
import type { Board } from '../../src/host/boards'

/** What gives away a part of the device, by what asks for it. */
const OF_RUNTIME = {
  espruino: /getSerial|getTime\(|\bE\.|Wifi|TelnetServer|require\("net"\)|clsNow/,
  kaluma: /__netdev|__ieee80211dev|pico_cyw43|millis|\bseed\(|\bwdt\b|memoryUsage/,
}
const OF_SENSOR = { espruino: /getTemperature/, kaluma: /analogRead/, virtual: /Math\.sin/ }
const OF_HOST = /mqtt-packet|aedes|acorn|rollup|node:|process\.env|import|export/

/** What an image holds that its board file does not ask for. Empty: nothing. */
export function tracesOfUnasked(board: Board, code: string): string[] {
  const other = board.runtime === 'espruino' ? 'kaluma' : 'espruino'
  const isVirtual = board.sensors[0].type === 'virtual'
  const { username, password } = board.mqtt
  const unasked: [string, RegExp | string | false][] = [
    [`the runtime ${other}`, OF_RUNTIME[other]],
    [`the internal sensor of ${other}`, OF_SENSOR[other]],
    ['the internal sensor', isVirtual && OF_SENSOR[board.runtime]],
    ['the virtual sensor', !isVirtual && OF_SENSOR.virtual],
    ['an id', !JSON.stringify([board.mqtt.clientId, board.topics.base]).includes('{id}') && /substr\(-6\)/],
    ['a user name', !username && flagOf(code, USER_NAME)],
    ['a password', !password && flagOf(code, PASSWORD)],
    ['the tools of the host', OF_HOST],
  ]
  return unasked.flatMap(([part, trace]) => {
    const found = trace && code.match(trace)
    return found ? [`${part}: ${found[0]}`] : []
  })
}

/** The CONNECT packet's flags as they stand in the code, when `flag` is among them. */
function flagOf(code: string, flag: number): string | false {
  const flags = code.match(/MQTT\\x04"\+\w+\((\d+),/)?.[1]
  if (!flags) throw new Error('the image has no CONNECT packet')
  return (Number(flags) & flag) !== 0 && flags
}

/** Whether the traces above would be seen: those of what the board file does ask for. */
export function tracesOfAsked(board: Board, code: string): boolean {
  const sensor = board.sensors[0].type === 'virtual' ? OF_SENSOR.virtual : OF_SENSOR[board.runtime]
  return OF_RUNTIME[board.runtime].test(code) && sensor.test(code)
}
