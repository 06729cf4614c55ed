import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type WebSocketOptions, websocket } from '../../src/host/node'
import { hasOpenssl } from '../real/parts'
import { type Certificates, makeCertificates } from './certificates'
import { listen } from './heard'
import { HOST, type WebSocketPeer, webSocketServer } from './listeners'

const ending: (() => unknown)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const end of ending.splice(0).reverse()) await end()
})

/** A link that is open, and the broker's end of it. */
async function open() {
  const peers: WebSocketPeer[] = []
  const server = await webSocketServer(undefined, peer => peers.push(peer))
  const heard = listen(websocket(`ws://${HOST}:${server.port}/mqtt`))
  ending.push(server.close, heard.close)
  await vi.waitFor(() => expect(peers.length + heard.opened).toBe(2))
  return { heard, peer: peers[0] }
}

const publish = '\x30\x05\0\x01a\xff\x80'

describe('a link over websocket', () => {
  it('sends binary frames only [mqtt311_6.0.0-1 mqtt5_6.0.0-1]', async () => {
    const { heard, peer } = await open()
    heard.write(publish)
    heard.write('\xc0\0')
    await vi.waitFor(() => expect(peer.received).toBe(publish + '\xc0\0'))
    expect(peer.binary).toEqual([true, true])
  })

  it('ends at a text frame, hears no more and tells the broker why [mqtt311_6.0.0-1 mqtt5_6.0.0-1]', async () => {
    const { heard, peer } = await open()
    const code = new Promise(resolve => peer.socket.on('close', resolve))
    peer.socket.send('0\x05')
    peer.send(publish)
    await vi.waitFor(() => expect(heard.closed).toEqual(['a text frame from the broker']))
    expect(await code).toBe(1003)
    await sleep(20)
    expect(heard).toMatchObject({ received: '', closed: ['a text frame from the broker'], inside: 0 })
    expect(heard.write(publish)).toBeLessThan(0)
  })

  it('takes a packet cut over frames anywhere [mqtt311_6.0.0-2 mqtt5_6.0.0-2]', async () => {
    const { heard, peer } = await open()
    let sent = ''
    for (let cut = 0; cut <= publish.length; cut++) {
      peer.send(publish.slice(0, cut))
      peer.send(publish.slice(cut))
      sent += publish
    }
    for (const byte of publish) peer.send(byte)
    await vi.waitFor(() => expect(heard.received).toBe(sent + publish))
  })

  it('takes a frame cut into fragments, and one of many packets [mqtt311_6.0.0-2 mqtt5_6.0.0-2]', async () => {
    const { heard, peer } = await open()
    const bytes = Buffer.from(publish, 'latin1')
    peer.socket.send(bytes.subarray(0, 3), { fin: false })
    peer.socket.send(bytes.subarray(3), { fin: true })
    peer.send(publish.repeat(100))
    await vi.waitFor(() => expect(heard.received).toBe(publish.repeat(101)))
  })

  it('offers the subprotocol mqtt and no other [mqtt311_6.0.0-3 mqtt5_6.0.0-3]', async () => {
    const { peer } = await open()
    expect(peer.offered).toBe('mqtt')
  })

  it.each([
    ['none', false as const],
    ['another', 'mqttv3.1'],
  ])('does not open to a broker that chooses %s [mqtt311_6.0.0-4 mqtt5_6.0.0-4]', async (_which, choice) => {
    const server = await webSocketServer(
      undefined,
      () => {},
      () => choice,
    )
    const heard = listen(websocket(`ws://${HOST}:${server.port}`))
    ending.push(server.close, heard.close)
    await vi.waitFor(() => expect(heard.closed).toHaveLength(1))
    expect(heard.opened).toBe(0)
    expect(heard.closed[0]).toMatch(/subprotocol/)
  })

  it('takes a frame of a mebibyte and ends at a longer one', async () => {
    const { heard, peer } = await open()
    peer.send('x'.repeat(1024 * 1024))
    await vi.waitFor(() => expect(heard.received).toHaveLength(1024 * 1024))
    peer.send('x'.repeat(1024 * 1024 + 1))
    await vi.waitFor(() => expect(heard.closed).toEqual(['Max payload size exceeded']))
    expect(heard.received).toHaveLength(1024 * 1024)
  })

  it('says what the broker gives as the reason of its end', async () => {
    const { heard, peer } = await open()
    peer.socket.close(1001, 'back at noon')
    await vi.waitFor(() => expect(heard.closed).toEqual(['closed by the broker: back at noon']))
  })

  it('hears in a later turn that its URL is none', async () => {
    const heard = listen(websocket('broker'))
    expect(heard.closed).toEqual([])
    await vi.waitFor(() => expect(heard.closed).toEqual(['Invalid URL: broker']))
    expect(heard.inside).toBe(0)
  })
})

describe.skipIf(!hasOpenssl())('a link over websocket and TLS', () => {
  let made: Certificates
  beforeAll(() => {
    made = makeCertificates()
  })

  it.each<[string, keyof Certificates, (ca: string) => WebSocketOptions, string | undefined]>([
    ['opens to a broker whose certificate is in order', 'broker', ca => ({ ca }), undefined],
    [
      'opens to one that proves the name asked for',
      'elsewhere',
      ca => ({ ca, servername: 'broker.example' }),
      undefined,
    ],
    ['opens to everybody when told so', 'stranger', () => ({ rejectUnauthorized: false }), undefined],
    ['refuses an unknown authority', 'stranger', ca => ({ ca }), 'certificate: self-signed'],
    ['refuses another host', 'elsewhere', ca => ({ ca }), 'certificate: '],
  ])('%s', async (_name, server, options, reason) => {
    const { port, close } = await webSocketServer(made[server], () => {})
    const heard = listen(websocket(`wss://${HOST}:${port}`, options(made.broker.ca)))
    ending.push(close, heard.close)
    await vi.waitFor(() => expect(heard.opened + heard.closed.length).toBe(1))
    if (reason === undefined) expect(heard).toMatchObject({ opened: 1, closed: [] })
    else expect(heard.closed[0]).toContain(reason)
  })

  it('refuses an unknown authority whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const { port, close } = await webSocketServer(made.stranger, () => {})
    const heard = listen(websocket(`wss://${HOST}:${port}`))
    ending.push(close, heard.close)
    await vi.waitFor(() => expect(heard.closed).toHaveLength(1))
    expect(heard.closed[0]).toContain('certificate: ')
  })

  it('shows its own certificate to a broker that asks', async () => {
    const { port, close } = await webSocketServer({ ...made.broker, requestCert: true }, () => {})
    const heard = listen(websocket(`wss://${HOST}:${port}`, made.client))
    ending.push(close, heard.close)
    await vi.waitFor(() => expect(heard.opened).toBe(1))
  })
})
