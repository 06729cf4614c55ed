// Publishes `on` to house/light and ends: npx tsx publish.ts [host] [port]
import { createClient, disconnect, open, publish } from 'mqtt-mote'
import { net, run } from 'mqtt-mote/node'

const [host = 'localhost', port = '1883'] = process.argv.slice(2)
const client = createClient(net(host, Number(port)), {}, event => {
  if (event.type === 'connect') {
    publish(client, { topic: 'house/light', payload: 'on' })
    disconnect(client)
  } else if (event.type === 'disconnect') stop()
  else if (event.type === 'error') console.error(event.reason)
})
const stop = run(client)
open(client)
