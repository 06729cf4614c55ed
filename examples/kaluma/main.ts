// A program of one's own on a Pico W: says how bright it is once a minute, and switches the LED when told to.
import { byteString, createClient, drop, open, publish, subscribe, tick } from 'mqtt-mote'
import { picoW } from 'mqtt-mote/kaluma'
import { settings } from './settings'

declare function analogRead(pin: number): number
declare function digitalWrite(pin: number, value: number): void
declare function pinMode(pin: number, mode: number): void
declare const OUTPUT: number
declare const console: { log(text: string): void }

/** A photoresistor between GP26 and 3.3 V, 10 kOhm between GP26 and ground; an LED at GP15. */
const LIGHT = 26
const LED = 15
const MINUTE = 60000

/** Everything is declared before this runs. */
function main() {
  const board = picoW(settings.ssid, settings.password)
  const client = createClient(
    events => board.connect(settings.host, settings.port, events),
    {
      clientId: 'desk' + board.id().slice(-6),
      will: { topic: 'desk/status', payload: 'offline', retain: true },
      // The board has 180 kB for everything.
      packetB: 1024,
      inflightB: 4096,
      queueB: 4096,
    },
    event => {
      if (event.type === 'connect') publish(client, { topic: 'desk/status', payload: 'online', retain: true })
      else if (event.type === 'message') digitalWrite(LED, byteString(event.payload) === 'on' ? 1 : 0)
      else if (event.type === 'disconnect' || event.type === 'error') console.log('mqtt: ' + event.reason)
    },
  )
  /** A few times a second: the client has no timer of its own. */
  const beat = () => {
    tick(client, board.now())
    board.after(200, beat)
  }
  const measure = () => {
    publish(client, { topic: 'desk/light', payload: '' + Math.round(analogRead(LIGHT) * 100) })
    board.after(MINUTE, measure)
  }
  pinMode(LED, OUTPUT)
  subscribe(client, [{ filter: 'desk/led/set', qos: 1 }])
  board.join(
    () => open(client),
    reason => drop(client, 'wifi: ' + reason),
  )
  beat()
  measure()
}
main()
