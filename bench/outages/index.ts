/** How long each board is away after each kind of outage: built images on their doubles, in virtual time. */
import type { ConnectionEvents } from '../../src/host/virtual/contract'
import { type Bench, bench, MINUTE, SECOND } from '../../test/outage/bench'
import { median, type Section } from '../report'

interface Outage {
  name: string
  set?: string[]
  begin(b: Bench): void
  /** How long it lasts. */
  ms: number
  end(b: Bench): void
}

/** Somebody with the same client identifier, who connects again a second after every loss. Returns what sends him away. */
function rival(b: Bench): () => void {
  const connect = Buffer.from('100e00044d515454040200000002', 'hex')
  const id = Buffer.from(b.broker.greetings.at(-1)?.clientId ?? '')
  const packet = Buffer.concat([connect.subarray(0, 12), Buffer.from([0, id.length]), id])
  packet[1] = packet.length - 2
  let isAway = false
  let hangUp = () => {}
  const dial = () => {
    if (isAway) return
    const again = () => void b.clock.after(SECOND, dial)
    const events: ConnectionEvents = {
      connected: () => void connection.send(packet),
      received: () => {},
      writable: () => {},
      ended: again,
      failed: again,
    }
    const connection = b.network.dial('10.0.0.2', 1883, events)
    hangUp = () => connection.abort()
  }
  dial()
  return () => {
    isAway = true
    hangUp()
  }
}

let sendAway = () => {}

const outages: Outage[] = [
  {
    name: 'broker killed, its port refuses for 5 minutes',
    begin: b => {
      b.broker.kill()
      b.broker.listener.mode = 'refuses'
    },
    ms: 5 * MINUTE,
    end: b => {
      b.broker.listener.mode = 'accepts'
    },
  },
  { name: 'every connection reset', begin: b => b.broker.cut(), ms: 0, end: () => {} },
  {
    name: 'black hole: the host answers nothing for 10 minutes',
    begin: b => b.broker.listener.freeze(),
    ms: 10 * MINUTE,
    end: b => b.broker.listener.thaw(),
  },
  {
    name: 'half-open link under a reading a second, for 5 minutes',
    set: ['publish.intervalS=1'],
    begin: b => b.broker.listener.freeze(),
    ms: 5 * MINUTE,
    end: b => b.broker.listener.thaw(),
  },
  {
    name: 'pings unanswered for 5 minutes',
    begin: b => {
      b.broker.deafToPings = true
    },
    ms: 5 * MINUTE,
    end: b => {
      b.broker.deafToPings = false
    },
  },
  {
    name: 'no CONNACK for 5 minutes',
    begin: b => {
      b.broker.mute = true
      b.broker.cut()
    },
    ms: 5 * MINUTE,
    end: b => {
      b.broker.mute = false
    },
  },
  {
    name: 'wrong password for an hour',
    begin: b => {
      b.broker.returnCode = 5
      b.broker.cut()
    },
    ms: 60 * MINUTE,
    end: b => {
      b.broker.returnCode = 0
    },
  },
  {
    name: 'somebody else with the same client id for 10 minutes',
    begin: b => {
      sendAway = rival(b)
    },
    ms: 10 * MINUTE,
    end: () => sendAway(),
  },
  {
    name: 'Wi-Fi away for 10 minutes',
    begin: b => b.board.loseWifi(),
    ms: 10 * MINUTE,
    end: b => b.board.restoreWifi(),
  },
  {
    name: 'Wi-Fi away for 10 minutes, unnoticed by the chip',
    begin: b => b.board.loseWifi({ silent: true }),
    ms: 10 * MINUTE,
    end: b => b.board.restoreWifi(),
  },
  {
    name: 'rubbish from the broker',
    begin: b => b.broker.rubbish(Buffer.from('30ffffffff7f', 'hex')),
    ms: 0,
    end: () => {},
  },
  {
    name: 'every byte in a segment of its own, and the connection reset',
    begin: b => {
      b.network.segmentSize = 1
      b.broker.cut()
    },
    ms: 0,
    end: () => {},
  },
]

interface Away {
  /** Seconds from the end of the outage to the next reading. */
  backS: number
  /** CONNECTs a minute while it lasted, and those that reached the broker alone. */
  connects: number
}

async function suffer(name: 'esp32' | 'pico-w', outage: Outage, phaseMs: number): Promise<Away> {
  const b = await (name === 'esp32' ? bench(name, outage.set, { release: '2v29' }) : bench(name, outage.set))
  b.run(MINUTE + phaseMs)
  const before = b.broker.greetings.length
  outage.begin(b)
  b.run(outage.ms)
  outage.end(b)
  const connects = b.broker.greetings.length - before
  const backS = b.untilNext('temperature', 5 * MINUTE) / SECOND
  b.board.unplug()
  return { backS, connects: outage.ms ? connects / (outage.ms / MINUTE) : 0 }
}

const BOARDS = ['esp32', 'pico-w'] as const
/** The design's: every board reports again within a minute of the cure. */
const BACK_S = 60

/** `rounds` of each outage on each board, each at another moment of the interval. */
export async function measureOutages(isQuick: boolean): Promise<Section> {
  const rounds = isQuick ? 1 : 9
  const rows: (string | number | null)[][] = []
  const worst: Record<(typeof BOARDS)[number], number> = { esp32: 0, 'pico-w': 0 }
  for (const outage of outages) {
    const row: (string | number | null)[] = [outage.name]
    for (const name of BOARDS) {
      const times: Away[] = []
      for (let round = 0; round < rounds; round++) times.push(await suffer(name, outage, round * 1370))
      const backs = times.map(time => time.backS)
      worst[name] = Math.max(worst[name], ...backs)
      row.push(median(backs), Math.max(...backs))
      row.push(outage.ms ? median(times.map(time => time.connects)) : null)
    }
    rows.push(row)
  }
  return {
    tables: [
      {
        title: 'Seconds until the next reading, counted from the cure',
        columns: [
          'outage',
          ...BOARDS.flatMap(name => [`${name}, middle`, `${name}, worst`, `${name}, CONNECTs a minute meanwhile`]),
        ],
        rows,
        notes: [
          `Built images on the doubles of their runtimes, in virtual time, a reading every 10 s; each outage ${rounds} times, begun ` +
            'at another moment. CONNECTs are those that reached the broker; of two with one client id, both. Nobody pulls a plug.',
        ],
      },
    ],
    budgets: BOARDS.map(name => ({
      name: `${name}: back after the cure, worst, s`,
      figure: worst[name],
      limit: BACK_S,
    })),
  }
}
