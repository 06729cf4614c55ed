/**
 * mqtt-mote for TypeScript users: MQTT 3.1.1 and 5.0 as bytes and as a conversation, without a byte of Node, so that it can go
 * into a bundle for a board. `mqtt-mote/node` has links over net, tls and WebSocket.
 */
export { BUSY, DIALING, drop, GREETING, IDLE, LINK_FAILED, NOT_OFFERED, NOT_UP, REFUSED, UP } from './client/client'
export type { Link, LinkEvents } from './hal/contract'
export { byteArray, byteString, type Content } from './library/bytes'
export {
  type Client,
  type ClientOptions,
  createClient,
  type Dial,
  disconnect,
  type Goodbye,
  type Limits,
  type Message,
  open,
  publish,
  reauthenticate,
  reconfigure,
  type Subscription,
  subscribe,
  tick,
  unsubscribe,
} from './library/client'
export type { ClientEvent, Ended, Listener } from './library/events'
export type { ConnectOptions, Will } from './library/options'
export type { Properties } from './library/properties'
export { refusalText } from './library/refusals'
export { matches, topicFilter, topicName, unshared } from './wire/topic'
export { prepare, text } from './wire/utf8'
