/** What the device does: join, connect, say `online`, publish a temperature at a fixed interval, and never stop. */
import { type Client, create, drop, LINK, ON_CONNECT, ON_DISCONNECT, open, PEER, tick, UP } from '../client/client'
import { publish, RETAIN } from '../client/publish'
import type { Board, LinkEvents, Thermometer } from '../hal/contract'
import { decimal } from './decimal'

declare const console: { log(text: string): void }

/** The board file in the words of the device. Texts are byte strings; topics are field()s. */
export interface Setup {
  host: string
  port: number
  /** The whole CONNECT packet. */
  connect: string
  keepAliveS: number
  status: string
  topic: string
  /** 0 or RETAIN, for readings; the status is always retained. */
  flags: number
  intervalMs: number
  decimals: number
  offsetC: number
  /** A reading outside is no reading. */
  minC: number
  maxC: number
  /** Bytes of free memory below which the chip is restarted. */
  floor: number
}

/** How often the client and the clock are looked at. */
const TICK_MS = 250

/** Return codes of CONNACK, MQTT 3.1.1 section 3.2.2.3. Brokers answer 5 to a wrong password more often than 4. */
const refusals = [
  '',
  'protocol version not supported',
  'client id rejected',
  'server unavailable',
  'wrong user name or password',
  'not authorised: wrong user name or password, or no permission',
]

/** Starts the device. Returns at once; the client is for entries that tune it before the first tick. */
export function telemetry(board: Board, sensor: Thermometer, s: Setup): Client {
  /** The reading that waits for the link, '' for none: a new one takes its place. */
  let reading = ''
  let due = 0
  let fault = ''

  const dial = (events: LinkEvents) => board.connect(s.host, s.port, events)
  const client = create(dial, s.connect, s.keepAliveS, (event, a, b) => {
    if (event === ON_CONNECT) {
      console.log('mqtt: connected to ' + s.host)
      publish(client, s.status, 'online', RETAIN)
      due = 0
    } else {
      const refused = a === PEER && (b as number) < 6
      console.log(
        (event === ON_DISCONNECT ? 'mqtt: lost: ' : 'mqtt: ') +
          (refused ? 'refused: ' + refusals[b as number] : a === LINK ? b : 'reason code ' + b),
      )
    }
  })

  const sampled = (celsius: number) => {
    celsius += s.offsetC
    // NaN is neither.
    if (celsius >= s.minC && celsius <= s.maxC) {
      reading = decimal(celsius, s.decimals)
      fault = ''
      return
    }
    const why = sensor.lastError || decimal(celsius, 1) + ' C is out of range'
    if (why !== fault) console.log('sensor: ' + why)
    fault = why
  }

  const loop = () => {
    board.after(TICK_MS, loop)
    const now = board.now()
    tick(client, now)
    if (client.state !== UP) return
    if (now >= due) {
      // On the grid of the interval, so that it does not drift; from now on where a step was missed.
      due = Math.max(due + s.intervalMs, now + s.intervalMs - TICK_MS)
      if (board.freeMemory() < s.floor) {
        drop(client, 'out of memory, restarting')
        board.restart()
      }
      sensor.sample(sampled)
    }
    if (reading && !publish(client, s.topic, reading, s.flags)) reading = ''
  }

  board.join(
    () => {
      console.log('wifi: joined')
      open(client)
    },
    reason => {
      console.log('wifi: lost: ' + reason)
      drop(client, 'no Wi-Fi')
    },
  )
  loop()
  return client
}
