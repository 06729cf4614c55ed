import { CLEAN_SESSION, PASSWORD, USER_NAME, WILL, WILL_RETAIN } from '../../client/connect'
import type { Board, Runtime } from '../boards'

/** Where a runtime's parts are, and the free memory in bytes below which its chip is restarted. */
const runtimes: Record<Runtime, { board: string; factory: string; internal: string; floor: number }> = {
  espruino: { board: 'hal/espruino/board', factory: 'esp32', internal: 'sensors/esp32-internal', floor: 4000 },
  kaluma: { board: 'hal/kaluma/board', factory: 'picoW', internal: 'sensors/rp2040-internal', floor: 20000 },
}

/** What the device takes for granted where a board file says nothing else: src/client's create(). */
const DEFAULTS = { dialS: 15, minS: 1, maxS: 25, packetB: 512 }

/** A text as a literal of its UTF-8 bytes, one character a byte. Whatever the text is, it stays data. */
function bytes(text: string): string {
  return JSON.stringify(Buffer.from(text, 'utf8').toString('latin1'))
}

/** The same as an expression, in which `{id}` is what the board says it is. */
function template(text: string): string {
  const parts = text.split(/({id})/).filter(part => part !== '')
  return parts.map(part => (part === '{id}' ? 'id' : bytes(part))).join(' + ') || bytes('')
}

/**
 * The module that an image starts from: one function that names what the board file asks for, and one call of it. It
 * imports the features, the sensor and the runtime that the file asks for and nothing else; the client first, since names are
 * looked up in order of declaration and publishing is what a board does most. `root` is the project folder.
 */
export function entryModule(board: Board, root: string): string {
  const { wifi, mqtt, topics, publish, limits } = board
  const sensor = board.sensors[0]
  const runtime = runtimes[board.runtime]
  const sensorModule = sensor.type === 'internal' ? runtime.internal : `sensors/${sensor.type}`
  const status = `${topics.base}/status`
  const from = (module: string) => moduleAt(root, module)

  let flags = CLEAN_SESSION | WILL | WILL_RETAIN
  let payload = `field(${template(mqtt.clientId)}) + status + field("offline")`
  if (mqtt.username) {
    flags |= USER_NAME
    payload += ` + field(${bytes(mqtt.username)})`
  }
  if (mqtt.password) {
    flags |= PASSWORD
    payload += ` + field(${bytes(mqtt.password)})`
  }
  const needsId = [mqtt.clientId, topics.base].some(text => text.includes('{id}'))
  const limitsOf = { dialS: mqtt.connectTimeoutS, ...mqtt.reconnect, packetB: limits.packetB }
  const isTuned = JSON.stringify(limitsOf) !== JSON.stringify(DEFAULTS)
  const tuning = [limitsOf.dialS * 1000, limitsOf.minS * 1000, limitsOf.maxS * 1000, limitsOf.packetB].join(', ')

  return `
import { telemetry } from ${from('app/telemetry')}
import { ${runtime.factory} } from ${from(runtime.board)}
import { ${sensor.type} } from ${from(sensorModule)}
import { field, writeConnect } from ${from('client/connect')}
${isTuned ? `import { tune } from ${from('client/client')}` : ''}
function main() {
  var board = ${runtime.factory}(${bytes(wifi.ssid)}, ${bytes(wifi.password)})
  ${needsId ? 'var id = board.id().substr(-6)' : ''}
  var status = field(${template(status)})
  var client = telemetry(board, ${sensor.type}(board), {
    host: ${bytes(mqtt.host)},
    port: ${mqtt.port},
    connect: writeConnect(${flags}, ${mqtt.keepAliveS}, ${payload}),
    keepAliveS: ${mqtt.keepAliveS},
    status: status,
    topic: field(${template(`${topics.base}/${sensor.key}`)}),
    flags: ${publish.retain ? 1 : 0},
    intervalMs: ${publish.intervalS * 1000},
    decimals: ${sensor.decimals},
    offsetC: ${sensor.offsetC},
    minC: ${sensor.minC},
    maxC: ${sensor.maxC},
    floor: ${runtime.floor}
  })
  ${isTuned ? `tune(client, ${tuning})` : ''}
}
main()
`
}

/** The client alone, with all that an owner calls and a link that does nothing: what the budget of the client measures. */
export function clientModule(root: string): string {
  return `
import { close, create, drop, open, tick } from ${moduleAt(root, 'client/client')}
import { field, writeConnect } from ${moduleAt(root, 'client/connect')}
import { publish } from ${moduleAt(root, 'client/publish')}
function main() {
  var link = { write: function () { return 0 }, close: function () {} }
  console.log(create, open, close, drop, tick, publish, field, writeConnect, link)
}
main()
`
}

function moduleAt(root: string, module: string): string {
  return JSON.stringify(`${root}/src/${module}`)
}
