/** What each packet family adds to an image: tiny entries, built as images are. */

import { type ClientFeature, clientFeatures, clientSize } from '../../src/host/image/client'
import { compile } from '../../src/host/image/compile'
import { project } from '../../src/host/image/index'
import type { Section } from '../report'

/** Names to take, by file under src/wire. */
type Imports = { [file: string]: string[] }

interface Family {
  name: string
  /** What one who uses it calls. */
  imports: Imports
  /** What 5.0 has beside. */
  newer?: Imports
}

/** The least that can be of use: CONNECT and its answer, PUBLISH at QoS 0. */
const base: Imports = {
  header: ['field'],
  connect: ['writeConnect', 'readConnack'],
  publish: ['writePublish'],
  splitter: ['split'],
}

const families: Family[] = [
  { name: 'publish QoS 1 and 2, out', imports: { publish: ['writePublishQos', 'again'] } },
  { name: 'publish, in', imports: { packet: ['packet'], publish: ['readPublish'] } },
  { name: 'publish over the limit, in', imports: { publish: ['idOf'] } },
  { name: 'acks, out (PUBACK, PUBREC, PUBREL, PUBCOMP)', imports: { ack: ['writeAck'] } },
  { name: 'acks, in', imports: { packet: ['packet'], ack: ['readAck'] } },
  {
    name: 'subscribe and its answer',
    imports: { packet: ['packet'], subscribe: ['subscription', 'writeSubscribe', 'readSuback'] },
  },
  {
    name: 'unsubscribe and its answer',
    imports: { packet: ['packet'], subscribe: ['writeUnsubscribe', 'readUnsuback'] },
  },
  { name: 'ping and its answer', imports: { ping: ['writePingreq', 'readPingresp'] } },
  { name: 'disconnect', imports: { disconnect: ['writeDisconnect'] }, newer: { disconnect: ['readDisconnect'] } },
  { name: 'auth', imports: {}, newer: { auth: ['writeAuth', 'readAuth'] } },
  {
    name: 'properties, written and looked up',
    imports: {},
    newer: { properties: ['numberProperty', 'fieldProperty', 'userProperty', 'block', 'numberOf', 'find', 'fieldAt'] },
  },
  { name: 'connect checked on the device', imports: { connect: ['prepareConnect'] } },
  { name: 'topics checked on the device', imports: { topic: ['topicName', 'topicFilter'] } },
  { name: 'topics matched with filters', imports: { topic: ['matches'] } },
  { name: 'text made into UTF-8', imports: { utf8: ['prepare'] } },
  { name: 'UTF-8 made into text', imports: { utf8: ['text'] } },
  { name: 'a faster path for short packets', imports: { splitter: ['splitShort'] } },
]

function joined(all: Imports[]): Imports {
  const result: Imports = {}
  for (const [file, names] of all.flatMap(imports => Object.entries(imports))) {
    result[file] = [...new Set([...(result[file] ?? []), ...names])]
  }
  return result
}

/** Minified bytes of an image that holds these and nothing else. */
async function size(imports: Imports, version: string): Promise<number> {
  const lines = Object.entries(imports).map(
    ([file, names]) => `import { ${names.join(', ')} } from ${JSON.stringify(`${project}/src/wire/${file}`)}`,
  )
  // An argument of a call stays.
  const use = `console.log(${Object.values(imports).flat().join(', ')})`
  const entry = `${lines.join('\n')}\nfunction main() {\n  ${use}\n}\nmain()\n`
  return (await compile({ root: project, entry, name: 'family', runtime: 'espruino', version })).length
}

/** What each feature of the client adds to it. */
async function featureRows(): Promise<(string | number | null)[][]> {
  const rows: (string | number | null)[][] = []
  for (const feature of Object.keys(clientFeatures) as ClientFeature[])
    rows.push([
      rows.length ? `+ ${feature}` : feature,
      await clientSize('3.1.1', feature),
      await clientSize('5.0', feature),
    ])
  return rows
}

export async function measureImages(): Promise<Section> {
  const all = (version: string) =>
    joined([
      base,
      ...families.flatMap(({ imports, newer }) => (version === '5.0' && newer ? [imports, newer] : [imports])),
    ])
  const bases = { '3.1.1': await size(base, '3.1.1'), '5.0': await size(base, '5.0') }
  const rows: (string | number | null)[][] = [['CONNECT, CONNACK, PUBLISH at QoS 0, out', bases['3.1.1'], bases['5.0']]]
  for (const family of families) {
    const is5 = Object.keys(family.imports).length === 0
    const of3 = is5 ? null : (await size(joined([base, family.imports]), '3.1.1')) - bases['3.1.1']
    const of5 = (await size(joined([base, family.imports, family.newer ?? {}]), '5.0')) - bases['5.0']
    rows.push([`+ ${family.name}`, of3, of5])
  }
  rows.push(['all of these together', await size(all('3.1.1'), '3.1.1'), await size(all('5.0'), '5.0')])
  return {
    tables: [
      {
        title: 'Bytes of the client with each of its features, minified',
        columns: ['what', '3.1.1', '5.0'],
        rows: await featureRows(),
        notes: [
          'Wire and client, built as an image is, with an empty link. Each row is the first with this feature and what the feature ' +
            'needs; the last has all of them, in 5.0 with topic aliases both ways, message expiry and authentication.',
        ],
      },
      {
        title: 'Bytes of an image, minified',
        columns: ['what', '3.1.1', '5.0'],
        rows,
        notes: [
          'Each row is added to the first alone; families share code, so that together they are less than their sum.',
        ],
      },
    ],
    budgets: [],
  }
}
