/** The whole client as a minified image on the real engines, against Mosquitto; its peer is itself. */
import { afterEach, describe, expect, it } from 'vitest'
import { ENGINE_VARIABLE, runOnEngine } from '../../src/host/engine/real'
import { project } from '../../src/host/image'
import { compile } from '../../src/host/image/compile'
import { hasMosquitto, startMosquitto, until } from './parts'

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

const engines = [
  { runtime: 'espruino', hal: 'hal/espruino/board', factory: 'esp32' },
  { runtime: 'kaluma', hal: 'hal/kaluma/board', factory: 'picoW' },
] as const

/** Imports by file under src. */
const IMPORTS: Record<string, string[]> = {
  'client/client': ['create', 'open', 'tick', 'drop'],
  'client/connect': ['field', 'writeConnect'],
  'client/publish': ['publish'],
  'client/session': ['session'],
  'client/publish-qos': ['publishQos'],
  'client/qos1': ['qos1'],
  'client/qos2': ['qos2'],
  'client/subscribe': ['subscriptions', 'subscribe', 'unsubscribe'],
  'client/receive': ['receive'],
  'client/receive-qos2': ['receiveQos2'],
  'client/queue': ['queue', 'enqueue', 'leave'],
}

/**
 * Subscribes at QoS 2 to what it publishes itself: one message of each QoS, then one of 300 bytes, then, its link lost with
 * one of QoS 1 and one of QoS 2 in flight and one in the queue, those; then it unsubscribes. Says on the console what it hears.
 */
function image(runtime: 'espruino' | 'kaluma', version: '3.1.1' | '5.0', port: number): Promise<string> {
  const { hal, factory } = engines.find(engine => engine.runtime === runtime) ?? engines[0]
  const isV5 = version === '5.0'
  const none = isV5 ? '"\\0"' : '""'
  // Session Expiry Interval of 60 s.
  const properties = isV5 ? ', "\\x05\\x11\\0\\0\\0\\x3c"' : ''
  const imports = { ...IMPORTS, ...(isV5 && { 'client/aliases': ['aliases'] }), [hal]: [factory] }
  const lines = Object.entries(imports).map(
    ([file, names]) => `import { ${names.join(', ')} } from ${JSON.stringify(`${project}/src/${file}`)}`,
  )
  const entry = `${lines.join('\n')}
function main() {
  var board = ${factory}("any", "password")
  var topic = field("a/b")
  var step = 0
  var long = "0123456789"
  var client = create(
    function (events) { return board.connect("127.0.0.1", ${port}, events) },
    writeConnect(0, 30, field("conversation")${properties}),
    30,
    function (event, a, b) {
      if (event === 1) {
        console.log("connect " + a)
        if (!step) subscribe(client, topic + "\\x02", ${none})
        step++
      }
      if (event === 2 || event === 7) console.log("lost " + a + " " + b)
      if (event === 3) console.log("publish " + b)
      if (event === 4) {
        console.log("subscribe " + b.charCodeAt(0))
        enqueue(client, topic, "zero", 0, "")
        publishQos(client, topic, "one", 2, ${none})
        publishQos(client, topic, "two", 4, ${none})
        publishQos(client, topic, long, 4, ${none})
      }
      if (event === 5) console.log("unsubscribe")
      if (event === 6) {
        console.log("message " + ((a >> 1) & 3) + " " + (b.length > 20 ? b.length : b))
        if (b === long) {
          publishQos(client, topic, "three", 2, ${none})
          publishQos(client, topic, "four", 4, ${none})
          drop(client, "enough")
          enqueue(client, topic, "five", 0, "")
          open(client)
        }
        if (b === "five") unsubscribe(client, topic, ${none})
      }
    }
  )
  for (var i = 0; i < 5; i++) long += long
  queue(client, 1000, false, publish, function () { return board.now() })
  session(client, 8, 2000)
  client._more = leave
  qos1()
  qos2()
  subscriptions(client)
  receive(client)
  receiveQos2(client, 8)
  ${isV5 ? 'aliases(client, true)' : ''}
  function loop() {
    board.after(100, loop)
    tick(client, board.now())
  }
  board.join(function () { open(client) }, function () { drop(client, "no Wi-Fi") })
  loop()
}
main()
`
  return compile({ root: project, entry, name: 'conversation', runtime, version })
}

describe.each(engines)('the whole client on the real engine of $runtime', ({ runtime }) => {
  const path = process.env[ENGINE_VARIABLE[runtime]]
  if (!path) console.log(`${ENGINE_VARIABLE[runtime]} names no engine: the whole client is tested on the double only`)
  it.skipIf(!path || !hasMosquitto()).each(['3.1.1', '5.0'] as const)(
    'keeps every promise to Mosquitto over a link that is lost, %s',
    async version => {
      const broker = await startMosquitto()
      ending.push(broker.stop)
      const log: string[] = []
      const code = await image(runtime, version, broker.port)
      const engine = await runOnEngine(runtime, path as string, code, line => log.push(line))
      ending.push(engine.stop)
      await until(
        () => log.includes('unsubscribe'),
        20_000,
        () => log,
      )
      // QoS 1 is at least once: "three" may have arrived before the link was cut.
      const isAgain = (line: string, i: number) => line === 'message 1 three' && log.indexOf(line) < i
      const of = (kind: string) => log.filter((line, i) => line.startsWith(`${kind} `) && !isAgain(line, i))
      expect(of('connect')).toEqual(['connect 0', 'connect 1'])
      expect(of('subscribe')).toEqual(['subscribe 2'])
      // QoS 0 overtakes what is answered; the rest is in order.
      expect(of('message').sort()).toEqual(
        ['0 zero', '1 one', '2 two', '2 320', '1 three', '2 four', '0 five'].map(text => `message ${text}`).sort(),
      )
      expect(of('message').filter(line => !line.includes(' 0 '))).toEqual(
        ['1 one', '2 two', '2 320', '1 three', '2 four'].map(text => `message ${text}`),
      )
      expect(of('publish')).toEqual(Array(5).fill('publish 0'))
      expect(of('lost')).toEqual(['lost 0 enough'])
    },
  )
})
