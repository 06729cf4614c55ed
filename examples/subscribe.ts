// Prints topic, payload, qos and retain of what comes to house/#, until Ctrl-C: npx tsx subscribe.ts [host] [port]
import { createClient, disconnect, open, subscribe } from 'mqtt-mote'
import { net, run } from 'mqtt-mote/node'

const [host = 'localhost', port = '1883'] = process.argv.slice(2)
const client = createClient(net(host, Number(port)), {}, event => {
  if (event.type === 'message') {
    const payload = new TextDecoder().decode(event.payload)
    console.log(event.topic, payload, event.qos, event.retain)
  } else if (event.type === 'disconnect' || event.type === 'error') console.error(event.reason)
})
subscribe(client, [{ filter: 'house/#', qos: 2 }])
open(client)
const stop = run(client)
process.once('SIGINT', () => {
  disconnect(client, { withinMs: 0 })
  stop()
})
