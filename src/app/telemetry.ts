/** What the device does: join, connect, say `online`, publish what its sensors read at a fixed interval, and never stop. */
import { type Client, create, drop, LINK, ON_CONNECT, ON_DISCONNECT, open, PEER, tick, UP } from '../client/client'
import { publish, RETAIN } from '../client/publish'
import type { Board, LinkEvents, Sensor } from '../hal/contract'
import { decimal } from './decimal'

/** By level, which decides what an image prints: error, warn, info (log) and debug. On the device all is console.log. */
declare const console: Record<'error' | 'warn' | 'log' | 'debug', (text: string) => void>

/** The board file in the words of the device. Texts are byte strings; topics are field()s. */
export interface Setup {
  host: string
  port: number
  /** The whole CONNECT packet. */
  connect: string
  keepAliveS: number
  status: string
  /** How readings are published; the status is always sent at QoS 0. */
  publish: Publish
  /** 0 or RETAIN, for readings; the status is always retained. */
  flags: number
  intervalMs: number
  /** Bytes of free memory below which the chip is restarted. */
  floor: number
}

/** publish(), or another that answers like it. */
export type Publish = (client: Client, topic: string, payload: string, flags: number) => number

/** One quantity on one topic, in the unit of its sensor. */
export interface Source {
  sensor: Sensor
  /** A field(). */
  topic: string
  text: Text
  decimals: number
  offset: number
  /** A reading outside is no reading. */
  min: number
  max: number
  /** Is sampled right behind this one. */
  next?: Source
}

/** What is published for a value, in the unit of its sensor, that is a reading; decimal() is the plain one. */
export type Text = (value: number, decimals: number, reading: Reading) => string

/** A source at work. */
export interface Reading extends Source {
  next?: Reading
  /** What waits for the link, '' for nothing: a new one takes its place. null: nothing was said in this session. */
  _text: string | null
  _fault: string
}

/** How often the client and the clock are looked at. */
const TICK_MS = 250

/** A driver that has not answered by then, thrown off or silenced by its bus, is not waited for. */
const STUCK_MS = 30000

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
export function telemetry(board: Board, first: Source, s: Setup): Client {
  let due = 0
  /** What is being sampled. */
  let turn: Reading | undefined

  const dial = (events: LinkEvents) => board.connect(s.host, s.port, events)
  const client = create(dial, s.connect, s.keepAliveS, (event, a, b) => {
    if (event === ON_CONNECT) {
      console.log('mqtt: connected to ' + s.host)
      publish(client, s.status, 'online', RETAIN)
      for (let r: Reading | undefined = first as Reading; r; r = r.next) r._text = null
      due = 0
    } else {
      const refused = a === PEER && (b as number) < 6
      console.error(
        (event === ON_DISCONNECT ? 'mqtt: lost: ' : 'mqtt: ') +
          (refused ? 'refused: ' + refusals[b as number] : a === LINK ? b : 'reason code ' + b),
      )
    }
  })

  const sample = () => {
    const r = turn as Reading
    r.sensor.sample(value => {
      value += r.offset
      // NaN is neither.
      if (value >= r.min && value <= r.max) {
        r._text = r.text(value, r.decimals, r)
        r._fault = ''
      } else {
        const why = r.sensor.lastError || decimal(value, 1) + ' is out of range'
        if (why !== r._fault) console.warn(r.topic.substr(2) + ': ' + why)
        r._fault = why
      }
      // In a turn of its own: the stack is short.
      turn = r.next
      if (turn) board.after(0, sample)
    })
  }

  const loop = () => {
    board.after(TICK_MS, loop)
    const now = board.now()
    tick(client, now)
    if (client.state !== UP) return
    if (now >= due && (!turn || now - due > STUCK_MS)) {
      // On the grid of the interval, so that it does not drift; from now on where a step was missed.
      due = Math.max(due + s.intervalMs, now + s.intervalMs - TICK_MS)
      if (board.freeMemory() < s.floor) {
        drop(client, 'out of memory, restarting')
        board.restart()
      }
      turn = first as Reading
      sample()
    }
    for (let r: Reading | undefined = first as Reading; r; r = r.next) {
      if (r._text && s.publish(client, r.topic, r._text, s.flags) >= 0) {
        console.debug(r.topic.substr(2) + ': ' + r._text)
        r._text = ''
      }
    }
  }

  board.join(
    () => {
      console.log('wifi: joined')
      open(client)
    },
    reason => {
      console.warn('wifi: lost: ' + reason)
      drop(client, 'no Wi-Fi')
    },
  )
  loop()
  return client
}
