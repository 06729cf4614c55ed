/** The client on a real Espruino beside its peers: instructions per packet, and memory. */
import { broker } from '../broker'
import quoted from '../peers.json' with { type: 'json' }
import type { Budget, Cell, Section, Table } from '../report'
import { instructions } from './instructions'
import { blockSize, type Memory, memory } from './memory'
import { drainedPublisher, FLOOR, freed, LOOP, peersFrom, publisher, receiver } from './programs'

/** Of design: a publish over the floor, a message over tinyMQTT's; JsVars of 14 bytes. */
const PUBLISH_OF_FLOOR = 4.5
const RECEIVE_OF_TINY = 0.75
const JSVARS = { fromRam: 530, fromStorage: 360 }
const ESP32_BLOCK_B = 14

const TINY = 'tinyMQTT'

/** Instructions per packet, the loop subtracted. */
interface Costs {
  floor: number
  publish: number
  /** With the event that lets the next one go. */
  drained: number
  receive: number
  peers: { name: string; publish: number; receive: number }[]
}

async function measureCosts(engine: string, checkout: string | undefined, calls: number): Promise<Costs> {
  const loop = await instructions(engine, LOOP, calls, 'nothing')
  const floor = (await instructions(engine, FLOOR, calls, 'publishes')) - loop
  const free = await instructions(engine, await freed(), calls, 'publishes')
  const publish = (await instructions(engine, await publisher(), calls, 'publishes')) - free
  const drained = (await instructions(engine, await drainedPublisher(), calls, 'publishes')) - loop
  const receive = (await instructions(engine, await receiver(), calls, 'receives')) - loop
  const peers: Costs['peers'] = []
  for (const peer of checkout ? await peersFrom(checkout) : []) {
    peers.push({
      name: peer.name,
      publish: (await instructions(engine, peer.publish, calls, 'publishes')) - loop,
      receive: (await instructions(engine, peer.receive, calls, 'receives')) - loop,
    })
  }
  return { floor, publish, drained, receive, peers }
}

/** The figures of peers.json, over the floor and the loop of then. */
function quotedRows(): Cell[][] {
  const { loop, floor, publish, receive } = quoted.instructions
  return ([TINY, 'MQTT.js'] as const).map(name => [
    `${name} (quoted)`,
    publish[name] - loop,
    (publish[name] - loop) / (floor - loop),
    receive[name] - loop,
    (receive[name] - loop) / (receive[TINY] - loop),
  ])
}

function tinyReceive({ peers }: Costs): number {
  const { loop, receive } = quoted.instructions
  return peers.find(({ name }) => name === TINY)?.receive ?? receive[TINY] - loop
}

function costTable(costs: Costs): Table {
  const { floor, publish, drained, receive, peers } = costs
  const tiny = tinyReceive(costs)
  const row = (name: string, out: number | null, into: number | null): Cell[] => [
    name,
    out,
    out === null ? null : out / floor,
    into,
    into === null ? null : into / tiny,
  ]
  return {
    title: 'Instructions per QoS 0 publish of 33 bytes',
    columns: ['who', 'publish', 'over write()', 'receive', `over ${TINY}`],
    rows: [
      row('write(constant + topic + payload)', floor, null),
      row('mqtt-mote', publish, receive),
      row('mqtt-mote, with the drain event behind it', drained, null),
      ...peers.map(peer => row(peer.name, peer.publish, peer.receive)),
      ...(peers.length > 0 ? [] : quotedRows()),
    ],
    notes: [
      'Of the interpreter, by callgrind, as the difference of two runs, the loop subtracted; through the real link with a ' +
        '`net` that does nothing. A message is received when a function got its topic and its payload.' +
        (peers.length > 0 ? '' : ` ${quoted.about}`),
    ],
  }
}

function memoryTable({ fromRam, fromStorage, growth }: Memory): Table {
  const { jsVars } = quoted
  return {
    title: 'JsVars in use after connect, 14 bytes each',
    columns: ['who', 'from RAM', 'from Storage', 'growth over 1,000 publishes'],
    rows: [
      ['mqtt-mote: client and link, 3.1.1, publish only', fromRam, fromStorage, growth],
      [`${TINY} (quoted)`, jsVars.fromRam[TINY], jsVars.fromStorage[TINY], null],
      ['MQTT.js (quoted)', jsVars.fromRam['MQTT.js'], null, null],
    ],
    notes: ['Over the engine with nothing in it; a real socket is part of it.'],
  }
}

export async function measureEspruino(engine: string, checkout: string | undefined, quick: boolean): Promise<Section> {
  const costs = await measureCosts(engine, checkout, quick ? 50 : 200)
  const tables = [costTable(costs)]
  const budgets: Budget[] = [
    {
      name: 'Espruino: instructions of a publish over write(constant + topic + payload)',
      figure: costs.publish / costs.floor,
      limit: PUBLISH_OF_FLOOR,
    },
    {
      name: `Espruino: instructions of a message received, over ${TINY}`,
      figure: costs.receive / tinyReceive(costs),
      limit: RECEIVE_OF_TINY,
    },
  ]
  // Other layouts count otherwise.
  if ((await blockSize(engine)) === ESP32_BLOCK_B) {
    const server = await broker()
    try {
      const held = await memory(engine, server.port)
      if (server.received() < 33_000) throw new Error('the client did not publish')
      tables.push(memoryTable(held))
      budgets.push(
        { name: 'Espruino: JsVars after connect, from RAM', figure: held.fromRam, limit: JSVARS.fromRam },
        { name: 'Espruino: JsVars after connect, from Storage', figure: held.fromStorage, limit: JSVARS.fromStorage },
        { name: 'Espruino: growth over 1,000 publishes, JsVars', figure: held.growth, limit: 0 },
      )
    } finally {
      await server.close()
    }
  }
  return { tables, budgets }
}
