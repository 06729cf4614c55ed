import { connect } from 'node:net'
import type { Dial } from './dial'
import { overStream } from './stream'

/** Links over TCP to a broker. Nothing is encrypted. */
export function net(host: string, port: number): Dial {
  return overStream(() => connect({ host, port }), 'connect')
}
