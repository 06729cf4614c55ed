import { describe, expect, it } from 'vitest'
import { authenticate, reauthenticate } from '../../src/client/authenticate'
import { NOT_OFFERED, NOT_UP, REFUSED, UP } from '../../src/client/client'
import { encodeProperties } from '../../src/library/properties'
import { field } from '../../src/wire/header'
import { type Rig, rig } from './rig'

const properties = { authenticationMethod: 'M', authenticationData: 'hello' }
const data = (text: string) => ({ authenticationMethod: 'M', authenticationData: Buffer.from(text) })
const asked = (text: string) =>
  `auth 18 {"authenticationMethod":"M","authenticationData":"${Buffer.from(text).toString('hex')}"}`

/** A client whose answer to a challenge is that, with an exclamation mark. */
function challenged(answer = (challenge: string): string | null => field(challenge.substr(2) + '!')) {
  const r = rig({ v5: true, properties })
  authenticate(r.client, answer)
  return r
}
const auth = (r: Rig, reasonCode: number, given: object = data('x')) =>
  r.say({ cmd: 'auth', reasonCode, properties: given })

describe('enhanced authentication', () => {
  it('answers every challenge before CONNACK', () => {
    const r = challenged()
    r.greet()
    r.sent()
    auth(r, 0x18, data('a'))
    auth(r, 0x18, data('b'))
    expect(r.sent()).toEqual([asked('a!'), asked('b!')])
    r.connack(false, data('welcome'))
    expect(r.heard()).toEqual(['connect 0'])
  })

  it('answers without data where there is none', () => {
    const r = challenged(challenge => challenge)
    r.greet()
    r.sent()
    auth(r, 0x18, { authenticationMethod: 'M' })
    expect(r.sent()).toEqual(['auth 18 {"authenticationMethod":"M"}'])
  })

  it('ends the attempt when the owner gives up', () => {
    const r = challenged(() => null)
    r.greet()
    auth(r, 0x18)
    expect(r.heard()).toEqual(['error server: 83'])
    expect(r.link().closed).toBe(1)
  })

  it('ends the attempt when the owner fails', () => {
    const r = challenged(() => {
      throw new Error('the owner fails')
    })
    r.greet()
    expect(() => auth(r, 0x18)).not.toThrow()
    expect(r.link().closed).toBe(1)
  })

  it.each([
    ['another method', 0x18, { authenticationMethod: 'N' }],
    ['success before CONNACK', 0, data('x')],
    ['re-authentication, which is ours to ask for', 0x19, data('x')],
  ])('ends the attempt over %s', (_, code, given) => {
    const r = challenged()
    r.greet()
    auth(r, code, given)
    expect(r.heard()).toEqual(['error server: 82'])
  })

  it.each([
    ['a CONNACK of another method', { authenticationMethod: 'N' }],
    ['a CONNACK without the method', {}],
  ])('ends the attempt over %s', (_, given) => {
    const r = challenged()
    r.greet()
    r.connack(false, given)
    expect(r.heard()).toEqual(['error server: 82'])
  })

  it('that nobody asked for ends the attempt', () => {
    const r = rig({ v5: true })
    authenticate(r.client, () => '')
    r.greet()
    auth(r, 0x18)
    expect(r.heard()).toEqual(['error server: 82'])
  })
})

describe('authenticating anew', () => {
  const up = () => {
    const r = challenged()
    r.up(false, { authenticationMethod: 'M' })
    return r
  }

  it('asks, answers and hears of the end, while messages go on', () => {
    const r = up()
    expect(reauthenticate(r.client, field('again'), '')).toBe(0)
    r.publish(0, 'a', 'x')
    auth(r, 0x18, data('why'))
    auth(r, 0, data('done'))
    expect(r.sent()).toEqual([asked('again').replace('18', '19'), 'publish0 a=x', asked('why!')])
    expect(r.heard()).toEqual(['auth done'])
    expect(r.client.state).toBe(UP)
  })

  it('waits while the runtime holds bytes, as its answers do', () => {
    const r = up()
    r.dialer.answer = 1
    r.publish(0, 'a', 'x')
    expect(reauthenticate(r.client, field('again'), '')).toBe(0)
    auth(r, 0x18, data('why'))
    expect(r.sent()).toEqual(['publish0 a=x'])
    for (let i = 0; i < 2; i++) r.link().events.drained()
    expect(r.sent()).toEqual([asked('again').replace('18', '19'), asked('why!')])
  })

  it('is for a session with a method, and for what fits its packet', () => {
    const r = rig({ v5: true })
    expect(reauthenticate(r.client, '', '')).toBe(NOT_UP)
    r.up()
    expect(reauthenticate(r.client, '', '')).toBe(NOT_OFFERED)
    const other = challenged()
    other.up(false, { authenticationMethod: 'M', maximumPacketSize: 20 })
    expect(reauthenticate(other.client, field('x'.repeat(20)), '')).toBe(REFUSED)
    expect(reauthenticate(other.client, '', encodeProperties({ topicAlias: 1 }) as string)).toBe(REFUSED)
    expect(other.sent()).toEqual([])
    expect(reauthenticate(other.client, '', '')).toBe(0)
    expect(other.sent()).toEqual(['auth 19 {"authenticationMethod":"M"}'])
  })

  it('ends the session when the server refuses', () => {
    const r = up()
    reauthenticate(r.client, '', '')
    r.say({ cmd: 'disconnect', reasonCode: 0x87 })
    expect(r.heard()).toEqual(['disconnect server: 87'])
  })
})
