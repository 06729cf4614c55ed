/** The client alone, wire and conversation with an empty link: what the budgets of the client measure. */
import { compile } from './compile'
import { project } from './index'

/** Names that an owner calls, by file under src/client. */
type Imports = { [file: string]: string[] }

const session: Imports = { session: ['session'] }
const subscribing: Imports = {
  ...session,
  subscribe: ['subscriptions', 'subscribe', 'unsubscribe'],
  receive: ['receive'],
}
const qos1: Imports = { ...session, 'publish-qos': ['publishQos'], qos1: ['qos1'] }
const qos2: Imports = { ...qos1, qos2: ['qos2'], receive: ['receive'], 'receive-qos2': ['receiveQos2'] }
const queue: Imports = { queue: ['queue', 'enqueue', 'flush', 'leave'] }
/** What 5.0 has beside. */
const newer: Imports = {
  aliases: ['aliases'],
  'aliases-in': ['aliasesIn'],
  expiry: ['expiring', 'taken'],
  authenticate: ['authenticate', 'reauthenticate'],
}

/** What an image may hold beside the client that publishes at QoS 0. */
export const clientFeatures = {
  'publish only': {},
  'subscribe, and messages of QoS 0 and 1': subscribing,
  'QoS 1, out': qos1,
  'QoS 2, out and in': qos2,
  'a queue for readings taken offline': queue,
  everything: { ...subscribing, ...qos2, ...queue },
} satisfies Record<string, Imports>

export type ClientFeature = keyof typeof clientFeatures

/** Bytes of the minified client. Everything in 5.0 is that of 3.1.1 with aliases, expiry and authentication. */
export async function clientSize(version: string, feature: ClientFeature): Promise<number> {
  const imports: Imports = {
    client: ['create', 'open', 'close', 'drop', 'tick'],
    connect: ['field', 'writeConnect'],
    publish: ['publish'],
    ...clientFeatures[feature],
    ...(version === '5.0' && feature === 'everything' ? newer : {}),
  }
  const lines = Object.entries(imports).map(
    ([file, names]) => `import { ${names.join(', ')} } from ${JSON.stringify(`${project}/src/client/${file}`)}`,
  )
  const entry = `
${lines.join('\n')}
function main() {
  var link = { write: function () { return 0 }, close: function () {} }
  console.log(${Object.values(imports).flat().join(', ')}, link)
}
main()
`
  return (await compile({ root: project, name: 'client', runtime: 'espruino', version, entry })).length
}
