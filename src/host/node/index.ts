/** What `mqtt-mote/node` offers: links for a client on Node, and what keeps it going. */
export type { Dial } from './dial'
export { net } from './net'
export { run } from './run'
export { tls } from './tls'
export { type WebSocketOptions, websocket } from './websocket'
