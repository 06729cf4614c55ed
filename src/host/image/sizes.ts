import type { Board, Runtime } from '../boards'
import { clientSize } from './client'
import { buildImage } from './index'

/** A line of "budgets" in package.json. */
export interface Budget {
  /** What is measured, as the README says it. */
  name: string
  /** 'client': wire, client and an empty link, no board and no app; it publishes at QoS 0 or can do everything. */
  image: 'client' | 'client 3.1.1' | 'client 5.0' | 'esp32' | 'pico-w'
  /** Upper limit of the minified code. */
  bytes: number
  /** What a budget that is missed may not exceed all the same. */
  atMost?: number
}

export interface Size extends Budget {
  measured: number
}

const RUNTIME: { [board: string]: Runtime } = { esp32: 'espruino', 'pico-w': 'kaluma' }

/** Builds what the budgets are about. */
export async function measureSizes(budgets: Budget[]): Promise<Size[]> {
  const sizes: Size[] = []
  for (const budget of budgets) {
    const { image } = budget
    const measured = await measure(image)
    sizes.push({ ...budget, measured })
  }
  return sizes
}

async function measure(image: Budget['image']): Promise<number> {
  if (image === 'client') return clientSize('3.1.1', 'publish only')
  if (image === 'client 3.1.1') return clientSize('3.1.1', 'everything')
  if (image === 'client 5.0') return clientSize('5.0', 'everything')
  return (await buildImage(typical(image))).bytes
}

/** The sizes as a Markdown table. */
export function sizesTable(sizes: Size[]): string {
  const count = (bytes: number) => bytes.toLocaleString('en-US')
  const lines = sizes.map(({ name, measured, bytes }) => {
    const budget = `${count(bytes)}${measured > bytes ? ', missed' : ''}`
    return `| ${name} | ${count(measured)} | ${budget} |`
  })
  return ['| image, minified | bytes | budget |', '|---|---:|---:|', ...lines].join('\n')
}

/** A README with the table of sizes in it brought up to date. */
export function withSizes(readme: string, sizes: Size[]): string {
  return withTable(readme, 'sizes', sizesTable(sizes))
}

/** A Markdown text with another table between its lines `<!-- name -->` and `<!-- /name -->`. */
export function withTable(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`]
  const from = text.indexOf(begin) + begin.length
  const to = text.indexOf(end, from - 1)
  if (from < begin.length || to < 0) throw new Error(`no lines <!-- ${name} --> and <!-- /${name} -->`)
  return text.slice(0, from) + table + text.slice(to)
}

/** What is wrong with the sizes, in words: images over their budget, and a README that says something else. */
export function checkSizes(sizes: Size[], readme: string): string[] {
  const faults: string[] = []
  for (const { name, measured, bytes, atMost = bytes } of sizes) {
    if (measured > atMost) faults.push(`${name}: ${measured} bytes, over the budget of ${atMost}`)
  }
  if (withSizes(readme, sizes) !== readme) faults.push('README.md: the table of sizes is out of date')
  return faults
}

/** A board whose texts have the lengths of everyday ones. Not the tracked file, which every user edits. */
export function typical(board: string): Board {
  return {
    board,
    runtime: RUNTIME[board],
    device: { id: 'auto', name: '{id}', area: '' },
    wifi: { ssid: 'a network name', password: 'a password of 24 letters', hostname: '', connectTimeoutS: 30 },
    mqtt: {
      host: '192.168.100.100',
      port: 1883,
      tls: false,
      username: 'mote',
      password: 'a password of 24 letters',
      clientId: 'mote{id}',
      version: '3.1.1',
      keepAliveS: 30,
      cleanSession: true,
      sessionExpiryS: 0,
      keepState: false,
      topicAlias: false,
      fallback: [],
      reconnect: { minS: 1, maxS: 25 },
      connectTimeoutS: 15,
      rebootAfterS: 0,
    },
    limits: { packetB: 512, queueB: 0, inflightB: 2048, inflight: 8 },
    topics: { base: 'sensors/{id}' },
    sensors: [{ key: 'temperature', type: 'internal', offsetC: 0, samples: 1, decimals: 1, minC: -40, maxC: 125 }],
    publish: {
      intervalS: 60,
      format: 'plain',
      unit: 'C',
      qos: 0,
      expiryS: 0,
      keep: 'newest',
      retain: true,
      minChangeC: 0,
      heartbeatS: 0,
    },
    log: { level: 'info' },
    watchdogS: 0,
  }
}
