/** The programs that run on a real Espruino: each contestant's module, and the same drive for all. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { minify } from 'terser'
import { compile } from '../../src/host/image/compile'
import { project } from '../../src/host/image/index'

export const TOPIC = 'home/bedroom/temperature'
export const PAYLOAD = '21.53'

/**
 * A socket that does nothing; `socket` is the global by which the drive plays the network's part, `received` counts messages. They
 * come first, so that looking them up costs every contestant the same.
 */
export const STUB = `
var count = 0
function received(topic, payload) { if (topic && payload) count++ }
var socket = {}
Modules.addCached('net', function () {
  exports.connect = function (to, connected) {
    socket.connected = connected
    return { write: function (bytes) { socket.last = bytes; return false }, end: function () {},
      on: function (event, run) { socket[event] = run } }
  }
})
`

/** An image for Espruino of the one version that its peers speak. `body` is that of its main(). */
function image(imports: { [file: string]: string[] }, body: string): Promise<string> {
  const lines = Object.entries(imports).map(
    ([file, names]) => `import { ${names.join(', ')} } from ${JSON.stringify(`${project}/src/${file}`)}`,
  )
  const entry = `${lines.join('\n')}\nfunction main() {${body}}\nmain()\n`
  return compile({ root: project, entry, name: 'bench', runtime: 'espruino', version: '3.1.1' })
}

/** The client over the real link, to `port` of this machine; `client` is its name. */
function client(port: number, on = 'function () {}'): string {
  return `
  var topic = field(${JSON.stringify(TOPIC)})
  var client = create(
    function (events) { return connect("127.0.0.1", ${port}, events) },
    writeConnect(${2 | 4 | 32}, 60, field("mote240ac4") + field("home/bedroom/status") + field("offline")),
    60,
    ${on}
  )
  open(client)
`
}

const CLIENT = {
  'client/client': ['create', 'open', 'tick'],
  'client/connect': ['field', 'writeConnect'],
  'client/publish': ['publish'],
  'hal/espruino/link': ['connect'],
}

/**
 * `run(n)` publishes n times. What frees the client for the next packet is no part of a publish: the runtime's `drain`
 * does it, later, and an assignment does it here; freed() is what is to be subtracted.
 */
export function publisher(): Promise<string> {
  return image(CLIENT, `${client(1883)}${runs(`${PUBLISH}; client._held = 0`)}`)
}

/** `run(n)` publishes n times, and the socket says each time that it is drained, as a network's does sooner or later. */
export function drainedPublisher(): Promise<string> {
  return image(CLIENT, `${client(1883)}${runs(`${PUBLISH}; drain()`)}`)
}

/** The loop of publisher() without the publish. */
export function freed(): Promise<string> {
  return image(CLIENT, `${client(1883)}${runs('client._held = 0')}`)
}

const PUBLISH = `publish(client, topic, ${JSON.stringify(PAYLOAD)}, 0)`

function runs(operation: string): string {
  return `
  tick(client, 0)
  global.run = function (n) {
    var drain = socket.drain
    for (var i = 0; i < n; i++) { ${operation} }
    publish(client, topic, drain ? ${JSON.stringify(PAYLOAD)} : "", 0)
  }
`
}

/** `run(n)` receives n publishes, a chunk each; the callback counts in `received` what it gets with topic and payload. */
export function receiver(): Promise<string> {
  return image(
    { ...CLIENT, 'client/session': ['session'], 'client/receive': ['receive'] },
    `${client(1883, 'function (event, a, b) { if (event === 6) received(client.topic, b) }')}
  receive(client)
  session(client, 8, 1000)
  tick(client, 0)
  publish(client, topic, "", 0)
  ${RECEIVE}
`,
  )
}

/** The bytes of a publish, and a loop that has them received. */
const RECEIVE = `
  global.run = function (n) {
    var data = socket.data
    var chunk = ${JSON.stringify(`0${String.fromCharCode(31)}\0${String.fromCharCode(24)}${TOPIC}${PAYLOAD}`)}
    for (var i = 0; i < n; i++) data(chunk)
  }
`

/** Connects a client and goes on publishing once a second: what is in memory then is what a board lives with. */
export function resident(port: number): Promise<string> {
  return image(
    CLIENT,
    `${client(port)}
  var step = function () {
    setTimeout(step, 1000)
    tick(client, Date.now())
    publish(client, topic, ${JSON.stringify(PAYLOAD)}, 0)
  }
  step()
`,
  )
}

/** The same, and then publishes 1,000 times as fast as the socket takes it; `report` is called before and behind. */
export function growing(port: number): Promise<string> {
  return image(
    CLIENT,
    `${client(port)}
  var left = 1010
  var step = function () {
    setTimeout(step, 1)
    tick(client, Date.now())
    if (!left || publish(client, topic, ${JSON.stringify(PAYLOAD)}, 0)) return
    left--
    if (left === 1000) global.report()
    if (!left) setTimeout(global.report, 200)
  }
  step()
`,
  )
}

/** The least that a publish can be. */
export const FLOOR = `
  global.run = function (n) {
    var net = require('net').connect({}, function () {})
    var head = ${JSON.stringify(`0${String.fromCharCode(31)}\0${String.fromCharCode(24)}`)}
    var topic = ${JSON.stringify(TOPIC)}, payload = ${JSON.stringify(PAYLOAD)}
    for (var i = 0; i < n; i++) net.write(head + topic + payload)
  }
`
/** Nothing at all. */
export const LOOP = 'global.run = function (n) { for (var i = 0; i < n; i++); }'

export interface Peer {
  name: string
  publish: string
  receive: string
}

/**
 * tinyMQTT and MQTT.js from a checkout of EspruinoDocs, minified as images are. With terser's own defaults MQTT.js makes a
 * function anew at each publish, which then costs twice as much.
 */
export async function peersFrom(checkout: string): Promise<Peer[]> {
  const peer = async (name: string, file: string, deliver: string): Promise<Peer> => {
    const source = readFileSync(join(checkout, 'modules', file), 'utf8')
    const { code } = await minify(source, { toplevel: true, compress: { passes: 3, reduce_funcs: false } })
    const module = `Modules.addCached(${JSON.stringify(name)}, ${JSON.stringify(code)})
var mqtt = require(${JSON.stringify(name)}).create('127.0.0.1', { reconnect_interval: 10 })
mqtt.connect()
`
    const publish = `for (var i = 0; i < n; i++) mqtt.publish(${JSON.stringify(TOPIC)}, ${JSON.stringify(PAYLOAD)})`
    return {
      name,
      publish: `${module}global.run = function (n) { ${publish} }`,
      receive: `${module}mqtt.on('message', ${deliver})\n${RECEIVE}`,
    }
  }
  return [
    await peer('tinyMQTT', 'tinyMQTT.js', 'function (m) { received(m.topic, m.message) }'),
    await peer('MQTT.js', 'MQTT.js', 'function (topic, message) { received(topic, message) }'),
  ]
}
