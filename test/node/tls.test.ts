import { createServer } from 'node:net'
import type { ConnectionOptions, TlsOptions } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { tls } from '../../src/host/node'
import { hasOpenssl } from '../real/parts'
import { type Certificates, makeCertificates } from './certificates'
import { type Heard, listen } from './heard'
import { HOST, listening, type Peer, tlsServer } from './listeners'

const ending: (() => unknown)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const end of ending.splice(0).reverse()) await end()
})

describe.skipIf(!hasOpenssl())('a link over tls', () => {
  let made: Certificates
  let ca: string
  beforeAll(() => {
    made = makeCertificates()
    ca = made.broker.ca
  })

  /** Dials a server of these options; resolves when the link stands or is over. */
  async function dialled(server: TlsOptions, options: ConnectionOptions, host = HOST) {
    const peers: Peer[] = []
    const { port, close } = await tlsServer(server, peer => peers.push(peer))
    const heard = listen(tls(host, port, options))
    ending.push(close, heard.close)
    await vi.waitFor(() => expect(heard.opened + heard.closed.length).toBeGreaterThan(0), 5000)
    return { heard, peers }
  }

  async function reasonOf(heard: Heard): Promise<string> {
    await vi.waitFor(() => expect(heard.closed).toHaveLength(1))
    return heard.closed[0]
  }

  it.each([HOST, 'localhost'])('opens to %s whose certificate is signed by the authority given', async host => {
    const { heard } = await dialled(made.broker, { ca }, host)
    expect(heard).toMatchObject({ opened: 1, closed: [] })
  })

  it('says which server it wants, so that one address can serve several', async () => {
    let wanted = ''
    const choose: TlsOptions['SNICallback'] = (name, done) => {
      wanted = name
      done(null)
    }
    await dialled({ ...made.broker, SNICallback: choose }, { ca }, 'localhost')
    expect(wanted).toBe('localhost')
  })

  it('does not open to a broker whose authority it does not know', async () => {
    const own = await dialled(made.stranger, { ca })
    expect(own.heard.opened).toBe(0)
    expect(await reasonOf(own.heard)).toMatch(/^certificate: self-signed/)
    const nodes = await dialled(made.broker, {})
    expect(nodes.heard.opened).toBe(0)
    expect(await reasonOf(nodes.heard)).toMatch(/^certificate: /)
  })

  it('does not open to a broker whose certificate names another host', async () => {
    const { heard } = await dialled(made.elsewhere, { ca })
    expect(heard.opened).toBe(0)
    expect(await reasonOf(heard)).toMatch(/^certificate: .*127\.0\.0\.1 is not in the cert's list/)
  })

  it('opens to a broker that proves the name asked for instead of the host', async () => {
    const { heard } = await dialled(made.elsewhere, { ca, servername: 'broker.example' })
    expect(heard).toMatchObject({ opened: 1, closed: [] })
  })

  it.each([{}, { rejectUnauthorized: undefined }, { rejectUnauthorized: true }])(
    'checks with %j whatever the environment says',
    async options => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
      const { heard } = await dialled(made.stranger, { ca, ...options })
      expect(heard.opened).toBe(0)
      expect(await reasonOf(heard)).toMatch(/^certificate: /)
    },
  )

  it('takes everybody for the broker when told so', async () => {
    const { heard } = await dialled(made.stranger, { rejectUnauthorized: false })
    expect(heard).toMatchObject({ opened: 1, closed: [] })
  })

  it('shows its own certificate to a broker that asks', async () => {
    const asking = { ...made.broker, ca, requestCert: true }
    const { heard, peers } = await dialled(asking, { ca, cert: made.client.cert, key: made.client.key })
    heard.write('\xe0\0')
    await vi.waitFor(() => expect(peers[0]?.received).toBe('\xe0\0'))
    expect(heard.closed).toEqual([])
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('says over %s that the broker wants a certificate', async version => {
    const asking = { ...made.broker, ca, requestCert: true, maxVersion: version }
    const { heard } = await dialled(asking, { ca })
    expect(await reasonOf(heard)).toMatch(version === 'TLSv1.3' ? /^certificate: .*required/ : /handshake/)
  })

  it('says that a broker does not speak TLS', async () => {
    const { port, close } = await listening(createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    ending.push(close)
    expect(await reasonOf(listen(tls(HOST, port, { ca })))).toBe('the broker does not speak TLS here')
  })

  it('hears in a later turn that its own key is no key', async () => {
    const heard = listen(tls(HOST, 1, { ca, key: 'no key', cert: made.client.cert }))
    expect(heard.closed).toEqual([])
    expect(await reasonOf(heard)).not.toBe('')
  })
})
