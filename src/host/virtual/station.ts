import { isIP } from 'node:net'
import type { AccessPoint, Connection, ConnectionEvents, VirtualBoardOptions } from './contract'

export type JoinOutcome = 'joined' | 'noAccessPoint' | 'wrongPassword'

export interface StationOptions extends Pick<VirtualBoardOptions, 'world' | 'accessPoint' | 'tap'> {
  /** The address that the access point gives. Default 192.168.4.2. */
  address?: string
  /** Bytes that wait here for each connection while no byte passes. Default 5744. */
  sendBuffer?: number
  /** Milliseconds until a connect that nobody answers fails. Default 75,000. */
  connectTimeout?: number
  /** The same for a name that nobody answers for, where the connect blocks. Default 14,000. */
  lookupTimeout?: number
}

/**
 * A board's radio and the TCP connections over it. While the air is away, or the station has left the network, no byte
 * passes in either direction: outgoing ones wait in a send buffer up to its size, incoming ones at the access point, and
 * a connection neither ends nor fails by that. What a runtime makes of it, and when, is the runtime's double's business.
 */
export interface Station {
  /** As the chip believes: there is a link and an address. */
  readonly isUp: boolean
  /** 0.0.0.0 while the link is down. */
  readonly address: string
  /** Whether bytes pass now. */
  readonly passes: boolean
  /** The access point, if it can be heard now. */
  readonly heard: AccessPoint | undefined
  /** What an attempt to join would meet now. Changes nothing. */
  survey(ssid: string, password: string): JoinOutcome
  /** Joins at once, if survey() says so; how long that takes is the caller's to add. */
  join(ssid: string, password: string): JoinOutcome
  /** The link goes down by the board's own will, or because the chip gave up. */
  leave(): void
  /** The air goes away. Answers whether the chip noticed, so that its link went down by this. */
  loseAir(silent: boolean): boolean
  /** The air comes back. A link that stayed up, because the chip did not notice, carries bytes again. */
  regainAir(): void
  /**
   * As Transport.dial(). With the link down, it fails with EHOSTUNREACH in a later turn; with the air away unnoticed, it
   * hangs until the air is back, or fails with ETIMEDOUT. A name cannot be looked up then: ENOTFOUND.
   */
  dial(host: string, port: number, events: ConnectionEvents): Connection
  /** As Transport.dialBlocking(), with the same failures thrown, after the time they take. */
  dialBlocking(host: string, port: number, events: ConnectionEvents): Connection
  /** Connections that were neither ended nor aborted and did not fail. */
  readonly sockets: number
  /** Bytes in their send buffers, and in those of ended ones that FIN has not left. */
  readonly queuedBytes: number
  /**
   * The chip loses its memory: the link is down, every connection is forgotten without FIN or RST. `powered`: a byte that
   * a peer still sends on one of them is answered with RST when it passes.
   */
  reset(powered: boolean): void
}

/** A connection, seen from the board. */
interface Leg {
  number: number
  events: ConnectionEvents
  /** Undefined while it hangs before the SYN. */
  far: Connection | undefined
  /** Taken while no byte passed. */
  outgoing: Buffer[]
  outgoingBytes: number
  /** What arrived meanwhile. */
  incoming: (() => void)[]
  /** A send() took less than it was given. */
  short: boolean
  ended: boolean
}

function networkError(code: string, host: string): Error {
  return Object.assign(new Error(`${code}: ${host}`), { code })
}

/** A radio that has not joined yet. `accessPoint` stays the caller's: what changes in it counts from then on. */
export function station(options: StationOptions): Station {
  const { world, accessPoint, tap } = options
  const { clock, transport } = world
  const { address = '192.168.4.2', sendBuffer = 5744, connectTimeout = 75_000, lookupTimeout = 14_000 } = options
  const legs = new Set<Leg>()
  /** Connections that the chip has forgotten and the peer has not. They answer RST when something arrives. */
  const orphans = new Set<Leg>()
  let isUp = false
  let isAway = false
  let dialled = 0

  const canHear = () => accessPoint.inRange && !isAway
  const passes = () => isUp && canHear()

  function survey(ssid: string, password: string): JoinOutcome {
    if (!canHear() || ssid !== accessPoint.ssid) return 'noAccessPoint'
    return password === accessPoint.password ? 'joined' : 'wrongPassword'
  }

  function makeLeg(events: ConnectionEvents): Leg {
    const number = ++dialled
    return { number, events, far: undefined, outgoing: [], outgoingBytes: 0, incoming: [], short: false, ended: false }
  }

  /** Runs what has arrived for `leg` when bytes pass, in order. */
  function arrive(leg: Leg, event: () => void): void {
    if (passes() && leg.incoming.length === 0) event()
    else leg.incoming.push(event)
  }

  function orphan(leg: Leg): void {
    legs.delete(leg)
    leg.outgoing = []
    leg.incoming = leg.incoming.length > 0 ? [() => answerReset(leg)] : []
    if (leg.far) orphans.add(leg)
  }

  function fail(leg: Leg, code: string): void {
    if (legs.delete(leg) && !leg.ended) leg.events.failed(code)
  }

  function answerReset(leg: Leg): void {
    orphans.delete(leg)
    leg.far?.abort()
  }

  /** What the network below tells of `leg`. */
  function farEvents(leg: Leg): ConnectionEvents {
    function pass(event: () => void): void {
      if (legs.has(leg)) arrive(leg, () => legs.has(leg) && !leg.ended && event())
      else if (orphans.has(leg) && leg.incoming.length === 0) arrive(leg, () => answerReset(leg))
    }
    return {
      connected: () => pass(() => leg.events.connected()),
      received: bytes =>
        pass(() => {
          tap?.('received', leg.number, bytes)
          leg.events.received(bytes)
        }),
      writable: () => flush(leg),
      ended: () => pass(() => leg.events.ended()),
      failed(code) {
        if (orphans.delete(leg) || (leg.ended && legs.delete(leg))) return
        pass(() => fail(leg, code))
      },
    }
  }

  function sendNow(leg: Leg, bytes: Buffer): number {
    const taken = leg.far?.send(bytes) ?? 0
    if (taken > 0) tap?.('sent', leg.number, bytes.subarray(0, taken))
    return taken
  }

  /** Sends what waits, as far as it passes. */
  function flush(leg: Leg): void {
    while (leg.outgoing.length > 0 && passes()) {
      const taken = sendNow(leg, leg.outgoing[0])
      leg.outgoingBytes -= taken
      if (taken < leg.outgoing[0].length) {
        leg.outgoing[0] = leg.outgoing[0].subarray(taken)
        return
      }
      leg.outgoing.shift()
    }
    if (leg.outgoing.length > 0) return
    if (leg.ended && legs.has(leg) && passes()) {
      legs.delete(leg)
      leg.far?.end()
    } else if (leg.short && legs.has(leg) && !leg.ended) {
      leg.short = false
      leg.events.writable()
    }
  }

  /** In a turn of its own: bytes pass again. */
  function resume(): void {
    clock.after(0, () => {
      for (const leg of [...legs]) flush(leg)
      for (const leg of [...legs, ...orphans]) {
        while (leg.incoming.length > 0 && passes()) leg.incoming.shift()?.()
      }
    })
  }

  function connectionOf(leg: Leg): Connection {
    const queuedBytes = () => leg.outgoingBytes + (leg.far?.queuedBytes ?? 0)
    return {
      get queuedBytes() {
        return queuedBytes()
      },
      send(bytes) {
        if (!legs.has(leg) || leg.ended) return 0
        let taken: number
        if (passes() && leg.far && leg.outgoing.length === 0) {
          taken = sendNow(leg, bytes)
        } else {
          taken = Math.min(bytes.length, Math.max(0, sendBuffer - queuedBytes()))
          if (taken > 0) leg.outgoing.push(Buffer.from(bytes.subarray(0, taken)))
          leg.outgoingBytes += taken
        }
        leg.short = taken < bytes.length
        return taken
      },
      end() {
        leg.ended = true
        flush(leg)
      },
      abort() {
        if (passes() || !leg.far) {
          legs.delete(leg)
          leg.far?.abort()
        } else if (legs.has(leg)) {
          orphan(leg)
        }
      },
    }
  }

  /** A dial that nobody answers: it goes on when the air is back, or fails. */
  function hang(leg: Leg, host: string, port: number): void {
    const timeout = clock.after(connectTimeout, () => fail(leg, 'ETIMEDOUT'))
    leg.incoming.push(() => {
      timeout.cancel()
      leg.far = transport.dial(host, port, farEvents(leg))
      flush(leg)
    })
  }

  return {
    get isUp() {
      return isUp
    },
    get address() {
      return isUp ? address : '0.0.0.0'
    },
    get passes() {
      return passes()
    },
    get heard() {
      return canHear() ? accessPoint : undefined
    },
    survey,
    join(ssid, password) {
      const outcome = survey(ssid, password)
      if (outcome === 'joined') {
        isUp = true
        resume()
      }
      return outcome
    },
    leave() {
      isUp = false
    },
    loseAir(silent) {
      isAway = true
      const noticed = isUp && !silent
      if (noticed) isUp = false
      return noticed
    },
    regainAir() {
      isAway = false
      accessPoint.inRange = true
      resume()
    },
    dial(host, port, events) {
      if (!passes() && !isIP(host)) throw networkError('ENOTFOUND', host)
      const leg = makeLeg(events)
      if (passes()) leg.far = transport.dial(host, port, farEvents(leg))
      else if (isUp) hang(leg, host, port)
      else {
        clock.after(0, () => fail(leg, 'EHOSTUNREACH'))
      }
      legs.add(leg)
      return connectionOf(leg)
    },
    dialBlocking(host, port, events) {
      if (!passes()) {
        if (isUp) clock.block(isIP(host) ? connectTimeout : lookupTimeout)
        if (!isIP(host)) throw networkError('ENOTFOUND', host)
        throw networkError(isUp ? 'ETIMEDOUT' : 'EHOSTUNREACH', host)
      }
      const leg = makeLeg(events)
      leg.far = transport.dialBlocking(host, port, farEvents(leg))
      legs.add(leg)
      return connectionOf(leg)
    },
    get sockets() {
      return [...legs].filter(leg => !leg.ended).length
    },
    get queuedBytes() {
      return [...legs].reduce((sum, leg) => sum + leg.outgoingBytes + (leg.far?.queuedBytes ?? 0), 0)
    },
    reset(powered) {
      isUp = false
      for (const leg of [...legs]) orphan(leg)
      if (!powered) orphans.clear()
    },
  }
}
