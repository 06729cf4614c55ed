/** What the device does: join, connect, say `online`, publish what its sensors read at a fixed interval, and never stop. */
import { type Client, create, drop, LINK, ON_CONNECT, ON_DISCONNECT, open, PEER, tick, UP } from '../client/client'
import { publish, RETAIN } from '../client/publish'
import { leave, type Queue } from '../client/queue'
import type { Board, LinkEvents, Sensor } from '../hal/contract'
import { decimal } from './decimal'
import { OFFLINE } from './offline'
import { RETURN_CODES } from './return-codes'

/** By level, which decides what an image prints: error, warn, info (log) and debug. On the device all is console.log. */
declare const console: Record<'error' | 'warn' | 'log' | 'debug', (text: string) => void>

/**
 * The board file in the words of the device. Texts are byte strings; topics are field()s. Names begin with "_" so that
 * they are one letter in the image: 170 bytes.
 */
export interface Setup {
  _host: string
  _port: number
  /** The whole CONNECT packet. */
  _connect: string
  _keepAliveS: number
  _status: string
  /** How readings are published; the status is always sent at QoS 0. */
  _publish: Publish
  /** Of readings; the status is always retained. */
  _flags: number
  _intervalMs: number
  /** Bytes of free memory below which the chip is restarted. */
  _floor: number
}

/** publish(), or another that answers like it: a reading that was not taken, < 0, is offered again. */
export type Publish = (client: Client, topic: string, payload: string, flags: number, properties?: string) => number

/** One quantity on one topic, in the unit of its sensor. */
export interface Source {
  _sensor: Sensor
  /** A field(). */
  _topic: string
  _say: Text
  _decimals: number
  _offset: number
  /** A reading outside is no reading. */
  _min: number
  _max: number
  /** Is sampled right behind this one. */
  _next?: Source
}

/** What is published for a value, in the unit of its sensor, that is a reading; decimal() is the plain one. */
export type Text = (value: number, decimals: number, reading: Reading) => string

/** A source at work. */
export interface Reading extends Source {
  _next?: Reading
  /** What waits to be published, '' for nothing: a new one takes its place. null: nothing was said in this session. */
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

/** What is said of readings that had to give way since the last session. */
function dropped(c: Queue): string {
  const count = c.dropped
  c.dropped = 0
  return count ? ', ' + count + ' readings dropped' : ''
}

/** Starts the device. Returns at once; the client is for entries that tune it before the first tick. */
export function telemetry(board: Board, first: Source, s: Setup): Client {
  let due = 0
  /** What is being sampled. */
  let turn: Reading | undefined

  const dial = (events: LinkEvents) => board.connect(s._host, s._port, events)
  const client = create(dial, s._connect, s._keepAliveS, (event, a, b) => {
    if (event === ON_CONNECT) {
      console.log('mqtt: connected to ' + s._host + (OFFLINE ? dropped(client as Queue) : ''))
      publish(client, s._status, 'online', RETAIN)
      for (let r: Reading | undefined = first as Reading; r; r = r._next) r._text = (OFFLINE && r._text) || null
      // With a queue the interval goes on, whatever the link does.
      if (!OFFLINE) due = 0
    } else {
      const refused = RETURN_CODES && a === PEER && (b as number) < 6
      console.error(
        (event === ON_DISCONNECT ? 'mqtt: lost: ' : 'mqtt: ') +
          (refused ? 'refused: ' + refusals[b as number] : a === LINK ? b : 'reason code ' + b),
      )
    }
  })

  const sample = () => {
    const r = turn as Reading
    r._sensor.sample(value => {
      value += r._offset
      // NaN is neither.
      if (value >= r._min && value <= r._max) {
        r._text = r._say(value, r._decimals, r)
        r._fault = ''
      } else {
        const why = r._sensor.lastError || decimal(value, 1) + ' is out of range'
        if (why !== r._fault) console.warn(r._topic.substr(2) + ': ' + why)
        r._fault = why
      }
      // In a turn of its own: the stack is short.
      turn = r._next
      if (turn) board.after(0, sample)
    })
  }

  const loop = () => {
    board.after(TICK_MS, loop)
    const now = board.now()
    tick(client, now)
    if (!OFFLINE && client.state !== UP) return
    if (now >= due && (!turn || now - due > STUCK_MS)) {
      // On the grid of the interval, so that it does not drift; from now on where a step was missed.
      due = Math.max(due + s._intervalMs, now + s._intervalMs - TICK_MS)
      if (board.freeMemory() < s._floor) {
        drop(client, 'out of memory, restarting')
        board.restart()
      }
      turn = first as Reading
      sample()
    }
    for (let r: Reading | undefined = first as Reading; r; r = r._next) {
      if (r._text && s._publish(client, r._topic, r._text, s._flags) >= 0) {
        console.debug(r._topic.substr(2) + ': ' + r._text)
        r._text = ''
      }
    }
    // One at a time: Kaluma has no room for many at once, and Espruino's drained() fetches the next.
    if (OFFLINE && client.state === UP) leave(client as Queue)
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
  // Whoever puts a queue on the client does so first.
  if (OFFLINE) board.after(0, loop)
  else loop()
  return client
}
