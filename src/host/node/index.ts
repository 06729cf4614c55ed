/** What `mqtt-mote/node` offers: links for a client on Node, what keeps it going, and codes in words. */
export { reasonName, returnCodeName } from '../reason-names'
export type { Dial } from './dial'
export { net } from './net'
export { run } from './run'
export { tls } from './tls'
export { type WebSocketOptions, websocket } from './websocket'
