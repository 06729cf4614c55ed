import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A key and its certificate in PEM; `ca` is who signed it. */
export interface Identity {
  key: string
  cert: string
  ca: string
}

/** What a certificate authority of the test's own has signed, and what one that nobody knows has. */
export interface Certificates {
  /** For localhost and 127.0.0.1. */
  broker: Identity
  /** For broker.example only. */
  elsewhere: Identity
  /** For a client. */
  client: Identity
  /** As `broker`, by the other authority. */
  stranger: Identity
}

/** Makes keys and certificates with openssl; they hold for a day. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-mote-certificates-'))
  const file = (name: string) => join(folder, name)
  const make = (name: string, signer: string, subjectAltName: string) => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)]
    const by = signer === name ? [] : ['-CA', file(`${signer}.pem`), '-CAkey', file(`${signer}.key`)]
    const names = subjectAltName ? ['-addext', `subjectAltName=${subjectAltName}`] : []
    const request = ['req', '-x509', '-days', '1', '-subj', `/CN=${name}`, '-out', file(`${name}.pem`)]
    execFileSync('openssl', [...request, ...key, ...by, ...names], { stdio: 'ignore' })
    const [own, cert, ca] = [`${name}.key`, `${name}.pem`, `${signer}.pem`].map(part =>
      readFileSync(file(part), 'utf8'),
    )
    return { key: own, cert, ca }
  }
  try {
    make('authority', 'authority', '')
    make('nobody', 'nobody', '')
    const here = 'DNS:localhost,IP:127.0.0.1'
    return {
      broker: make('broker', 'authority', here),
      elsewhere: make('elsewhere', 'authority', 'DNS:broker.example'),
      client: make('client', 'authority', ''),
      stranger: make('stranger', 'nobody', here),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
