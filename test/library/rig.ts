import { generate, type Packet } from 'mqtt-packet'
import {
  type Client,
  type ClientEvent,
  type ClientOptions,
  createClient,
  DIALING,
  IDLE,
  open,
  tick,
} from '../../src/index'
import { fakeDialer } from '../client/fake-link'
import { packetsIn, shownPacket } from '../client/rig'
import { decode } from '../conformance/runner/decode'

/** A client of the library with a server at the other end of a fake link, and a clock. */
export function libraryRig(options: ClientOptions = {}) {
  const v5 = options.version === '5.0'
  const dialer = fakeDialer()
  const events: ClientEvent[] = []
  let now = 0
  let read = 0
  const client: Client = createClient(dialer.dial, { clientId: 'id', keepAliveS: 0, ...options }, event => {
    events.push(event)
    return r.on(event)
  })
  const r = {
    client,
    dialer,
    on: (_event: ClientEvent): unknown => undefined,
    heard: () => events.splice(0),
    link: () => dialer.links[dialer.links.length - 1],
    /** The packets that went out since this was asked last, on all links. */
    sent(): string[] {
      const packets = dialer.links.flatMap(({ written }) => written).flatMap(packetsIn)
      const from = read
      read = packets.length
      return packets.slice(from).map(bytes => shownPacket(decode(Buffer.from(bytes, 'latin1'), v5)))
    },
    run(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) {
        now += 100
        tick(client, now)
      }
    },
    say(packet: object) {
      r.link().events.received(generate(packet as Packet, { protocolVersion: v5 ? 5 : 4 }).toString('latin1'))
    },
    greet() {
      if (client.state === IDLE) open(client)
      while (client.state !== DIALING) r.run(100)
      r.link().events.opened()
    },
    up(sessionPresent = false, properties?: object) {
      r.greet()
      r.say({ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent, properties })
      r.sent()
      events.length = 0
    },
  }
  return r
}
