import {
  LIMIT,
  LINK,
  ON_CONNECT,
  ON_DISCONNECT,
  ON_MESSAGE,
  ON_PUBLISH,
  ON_SUBSCRIBE,
  ON_UNSUBSCRIBE,
} from '../client/client'
import type { Session } from '../client/session'
import { DUP, RETAIN } from '../wire/publish'
import { text } from '../wire/utf8'
import { byteArray } from './bytes'
import { decodeProperties, type Properties } from './properties'

/**
 * Why a session or an attempt has ended. 'link': the network, the tick() that saw a deadline pass, or the owner; `reason` says
 * it in words. 'server': it refused, said goodbye or broke the protocol; 'limits': it sent more than was allowed. Then
 * `reasonCode` is a return code of CONNACK (3.1.1 section 3.2.2.3) or a reason code (5.0 section 2.4).
 */
export interface Ended {
  fault: 'link' | 'server' | 'limits'
  reason: string
  reasonCode?: number
  /** Of the CONNACK or DISCONNECT of 5.0 that said it. */
  properties: Properties
}

/** What a client tells, by `type`: the callbacks of paho in one. */
export type ClientEvent =
  /** The server has accepted the session, and kept the one before if `sessionPresent`. */
  | { type: 'connect'; sessionPresent: boolean; properties: Properties }
  /** An accepted session has ended. The client comes back by itself unless it was close()d, drop()ped or disconnect()ed. */
  | ({ type: 'disconnect' } & Ended)
  /** An attempt has failed, or with fault 'limits' a message was not taken and the session goes on. */
  | ({ type: 'error' } & Ended)
  /** The outcome of a message of QoS 1 or 2, once; from 0x80 on the server does not have it. */
  | { type: 'publish'; id: number; reasonCode: number }
  /** The outcome of subscribe(): of each filter the QoS granted, or from 0x80 on why not. */
  | { type: 'subscribe'; id: number; reasonCodes: number[]; properties: Properties }
  /** The outcome of unsubscribe(); no codes in 3.1.1. */
  | { type: 'unsubscribe'; id: number; reasonCodes: number[]; properties: Properties }
  /** A message. What the callback returns from 0x80 on is, in 5.0 above QoS 0, the reason code of the answer. */
  | {
      type: 'message'
      topic: string
      payload: Uint8Array
      qos: 0 | 1 | 2
      retain: boolean
      dup: boolean
      properties: Properties
    }
  /** The server has accepted a re-authentication. */
  | { type: 'auth'; data: Uint8Array }

/** May throw: the client goes on. */
export type Listener = (event: ClientEvent) => unknown

/** The number of ON_AUTH, which images of 3.1.1 do not know. */
const ON_AUTH = 8

/** An event of the client in the words of the library. */
export function clientEvent(c: Session, event: number, a: number, b: number | string): ClientEvent {
  // That message may be of a session before, and what CONNACK says still to come.
  if (event === ON_PUBLISH) return { type: 'publish', id: a, reasonCode: b as number }
  // They are this event's alone; what ends a session has some only where it was a DISCONNECT.
  const properties = decodeProperties(c._v5 && (event !== ON_DISCONNECT || c.reason === b) ? c.properties : '')
  c.properties = ''
  switch (event) {
    case ON_CONNECT:
      return { type: 'connect', sessionPresent: a === 1, properties }
    case ON_SUBSCRIBE:
      return { type: 'subscribe', id: a, reasonCodes: codes(b as string), properties }
    case ON_UNSUBSCRIBE:
      return { type: 'unsubscribe', id: a, reasonCodes: codes(b as string), properties }
    case ON_MESSAGE:
      return {
        type: 'message',
        topic: text(c.topic),
        payload: byteArray(b as string),
        qos: ((a >> 1) & 3) as 0 | 1 | 2,
        retain: (a & RETAIN) > 0,
        dup: (a & DUP) > 0,
        properties,
      }
    case ON_AUTH:
      return { type: 'auth', data: byteArray(b as string) }
    default:
      return ended(event, a, b, properties)
  }
}

function ended(event: number, a: number, b: number | string, properties: Properties): ClientEvent {
  const type = event === ON_DISCONNECT ? 'disconnect' : 'error'
  if (a === LINK) return { type, fault: 'link', reason: '' + b, properties: {} }
  const reason = 'code ' + b
  return { type, fault: a === LIMIT ? 'limits' : 'server', reason, reasonCode: b as number, properties }
}

function codes(bytes: string): number[] {
  return bytes.split('').map(code => code.charCodeAt(0))
}
