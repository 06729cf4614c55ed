/** What a reading takes on the wire, and what a topic alias makes of it. */
import { aliases } from '../../src/client/aliases'
import { create, open, tick } from '../../src/client/client'
import { publish } from '../../src/client/publish'
import { session } from '../../src/client/session'
import { CLEAN_SESSION, writeConnect } from '../../src/wire/connect'
import { field } from '../../src/wire/header'
import type { Section } from '../report'

const TOPIC = field('home/bedroom/temperature')
const PAYLOAD = '21.53'
/** CONNACK of 5.0 with Topic Alias Maximum 10, as Mosquitto has it; of 3.1.1. */
const ACCEPTED = { '5.0': '\x20\x06\0\0\x03\x22\0\x0a', '3.1.1': '\x20\x02\0\0' }

/** Bytes of three readings after each other, as a client hands them to its link. */
function readings(version: keyof typeof ACCEPTED, isAliased: boolean): number[] {
  const written: string[] = []
  const connect = writeConnect(CLEAN_SESSION, 60, field('mote'), version === '5.0' ? '\0' : undefined)
  const link = { write: (bytes: string) => written.push(bytes) && 0, close: () => {} }
  const client = create(
    () => link,
    connect,
    60,
    () => {},
  )
  session(client, 8, 1000)
  if (isAliased) aliases(client, true)
  open(client)
  tick(client, 0)
  client.opened()
  client.received(ACCEPTED[version])
  for (let i = 0; i < 3; i++) publish(client, TOPIC, PAYLOAD, 0)
  return written.slice(-3).map(bytes => bytes.length)
}

/** The design's "about a dozen". */
const ALIASED_B = 13

export async function measureWire(): Promise<Section> {
  const [first, second, third] = readings('5.0', true)
  if (second !== third) throw new Error('readings under an alias differ')
  return {
    tables: [
      {
        title: 'Bytes of a reading on the wire',
        columns: ['who', 'the first', 'every other'],
        rows: [
          ['3.1.1', ...readings('3.1.1', false).slice(0, 2)],
          ['5.0', ...readings('5.0', false).slice(0, 2)],
          ['5.0 with a topic alias', first, second],
        ],
        notes: ['`21.53` on `home/bedroom/temperature`, a PUBLISH at QoS 0, fixed header included.'],
      },
    ],
    budgets: [{ name: '5.0: a reading under a topic alias, bytes', figure: second, limit: ALIASED_B }],
  }
}
