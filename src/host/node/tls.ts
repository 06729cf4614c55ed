import { isIP } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import type { Dial } from './dial'
import { overStream } from './stream'

/**
 * Links over TLS to a broker whose certificate must be signed by `options.ca`, or by one that Node trusts where that is
 * left out, and name `options.servername`, or the host. `cert` and `key` are for a broker that wants to know the client.
 * Only `rejectUnauthorized: false`, said here, lets everybody be the broker; no variable of the environment does.
 */
export function tls(host: string, port: number, options: ConnectionOptions = {}): Dial {
  const rejectUnauthorized = options.rejectUnauthorized !== false
  // Node names no server to the broker unless told to; an address is no name (RFC 6066 section 3).
  const servername = options.servername ?? (isIP(host) ? '' : host)
  return overStream(() => connect({ ...options, host, port, servername, rejectUnauthorized }), 'secureConnect')
}
