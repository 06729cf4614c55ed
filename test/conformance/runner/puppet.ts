/** A client that has read the scenario and does what each step wants, on a network in memory; or all but one of them. */
import { generate, type Packet } from 'mqtt-packet'
import { type VirtualClock, virtualClock } from '../../../src/host/virtual/clock'
import type { Connection } from '../../../src/host/virtual/contract'
import { type MemoryNetwork, memoryNetwork } from '../../../src/host/virtual/memory-network'
import type { Bytes, Pattern, Scenario, Step } from '../scenarios'
import { bytesOf } from './bytes'
import type { Adapter, AdapterOptions, ClientEvent } from './client'
import { runScenario, type Verdict } from './run'
import { virtualStage } from './stage'

const HOST = '10.0.0.1'
const PORT = 1883
/** The puppet waits this much longer than the runner, which looks only now and then. */
const MARGIN = 50

/** PUBACK of what was never received, in its shortest form. */
const STRANGER = '4002fffe'

/** What the puppet does wrong, at one step. */
export type Fault = 'omits' | 'adds' | 'sends another packet'

interface Mistake {
  fault: Fault
  /** Among the steps with repetitions written out. */
  at: number
}

/** The steps in the order in which they are played. */
export function playedSteps(steps: Step[]): Step[] {
  return steps.flatMap(step =>
    'repeat' in step ? Array.from({ length: step.repeat }, () => playedSteps(step.steps)).flat() : [step],
  )
}

/** Bytes that the step sends. */
const lengthOf = (hex: string) => hex.replace(/\{[^}]+\}/g, '0000').length / 2

/** A packet that the pattern fits, where the scenario has no example of one. */
function made(protocol: number, { packet, packetId, topic = 'a', payload = '', ...rest }: Pattern): string {
  const fields = {
    qos: 0,
    dup: false,
    retain: false,
    ...rest,
    cmd: packet,
    messageId: typeof packetId === 'string' ? Number(packetId.slice(2)) : packetId,
    topic,
    payload: bytesOf(payload as Bytes),
  }
  // Where only the header is wanted, it is that of the longest topic.
  if (rest.headerHex && !payload) fields.topic = 'a'.repeat(65535)
  return generate(fields as unknown as Packet, { protocolVersion: protocol }).toString('hex')
}

/** What the puppet sends for a step. */
function packetsFor(protocol: number, step: Step): string[] {
  if ('expect_sequences' in step) return step.expect_sequences.flat().map(pattern => made(protocol, pattern))
  if (!('expect' in step)) return []
  if (typeof step.expect === 'string') return [step.expect.replaceAll('?', '1')]
  return [step.example ?? made(protocol, step.expect)]
}

function eventFor({ type, payload, ...rest }: Pattern): ClientEvent {
  const name = typeof type === 'string' ? type : (type as { oneOf: string[] }).oneOf[0]
  return { type: name, ...rest, ...(payload !== undefined && { payload: bytesOf(payload as Bytes) }) }
}

function puppet(scenario: Scenario, clock: VirtualClock, network: MemoryNetwork, mistake?: Mistake): Adapter {
  const steps = playedSteps(scenario.steps)
  const calls = steps.filter(step => 'app' in step)

  return class {
    /** The step that it is at. */
    private at = 0
    private called = 0
    private awaited = 0
    private received = 0
    private ended = false
    private waiting = false
    private link?: Connection
    private readonly emit: AdapterOptions['emit']

    constructor({ emit }: AdapterOptions) {
      this.emit = emit
    }

    private fault(at = this.at): Fault | undefined {
      return mistake?.at === at ? mistake.fault : undefined
    }

    private say(hex: string): void {
      this.link?.send(Buffer.from(hex, 'hex'))
    }

    private dial(): void {
      this.ended = false
      this.received = 0
      this.awaited = 0
      this.link = network.dial(HOST, PORT, {
        connected: () => this.goOn(),
        received: bytes => {
          this.received += bytes.length
          this.goOn()
        },
        writable() {},
        ended: () => {
          this.ended = true
          this.link?.end()
          this.goOn()
        },
        failed() {},
      })
    }

    /** Does everything that is due. */
    private goOn(): void {
      while (!this.waiting && this.at < steps.length && this.does(steps[this.at])) this.at++
    }

    /** Waits, and goes on with the next step. */
    private pause(ms: number): false {
      this.waiting = true
      clock.after(ms, () => {
        this.waiting = false
        this.at++
        this.goOn()
      })
      return false
    }

    /** False: not yet. */
    private does(step: Step): boolean {
      const fault = this.fault()
      if ('app' in step) return this.called > calls.indexOf(step)
      if ('expect' in step || 'expect_sequences' in step) {
        const packets = packetsFor(scenario.protocol, step)
        if (fault === 'omits') packets.pop()
        if (fault === 'adds') packets.push(STRANGER)
        if (fault === 'sends another packet') packets.splice(-1, 1, STRANGER)
        for (const packet of packets) this.say(packet)
        return true
      }
      if ('send' in step) {
        if (this.received < this.awaited + lengthOf(step.send)) return false
        this.awaited += lengthOf(step.send)
        return true
      }
      if ('wait_ms' in step) {
        if (fault === 'adds') this.say(STRANGER)
        return this.pause(step.wait_ms + MARGIN)
      }
      if ('close' in step) return this.ended
      if ('expect_close_within_ms' in step) {
        if (fault === 'adds') this.say(STRANGER)
        if (fault !== 'omits') this.link?.end()
        return true
      }
      if ('expect_event' in step) {
        if (fault !== 'omits') this.emit(eventFor(step.expect_event))
        return true
      }
      if ('expect_no_event' in step) {
        if (fault === 'adds') this.emit(eventFor(step.expect_no_event))
        return this.pause(step.within_ms + MARGIN)
      }
      throw new Error('repetitions are written out')
    }

    private take(): void {
      const step = calls[this.called++]
      const refuses = step.expect_error === true && this.fault(steps.indexOf(step)) !== 'omits'
      if (!step.expect_error && ['connect', 'reconnect'].includes(step.app)) this.dial()
      this.goOn()
      if (refuses) throw new Error('refused')
    }

    connect = () => this.take()
    reconnect = () => this.take()
    publish = () => this.take()
    subscribe = () => this.take()
    unsubscribe = () => this.take()
    disconnect = () => this.take()
    auth = () => this.take()
    on_message = () => this.take()
    debug_set_next_packet_id = () => this.take()
    kill = () => this.link?.abort()
  }
}

/** The verdict on a puppet that makes this mistake, or none. */
export function runPuppet(scenario: Scenario, mistake?: Mistake): Promise<Verdict> {
  const clock = virtualClock()
  const network = memoryNetwork(clock, { sendBuffer: Number.POSITIVE_INFINITY })
  return runScenario(scenario, puppet(scenario, clock, network, mistake), virtualStage(clock, network, HOST, PORT))
}
