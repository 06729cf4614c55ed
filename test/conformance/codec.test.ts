import { describe, expect, it } from 'vitest'
import { decoder, type Version } from '../wire/fields'
import { accepts } from './adapter'
import { codecVectors, goodSends, packetsOf, scenarios } from './scenarios'

describe('the decoder', () => {
  it.each(codecVectors)('$id: $why, accepted: $valid', ({ protocol, hex, valid }) => {
    const bytes = Buffer.from(hex, 'hex')
    expect(accepts(protocol, bytes)).toBe(valid)
    // Refused is not the same as waited for.
    expect(decoder(protocol as Version).feed(bytes.toString('latin1')) < 0).toBe(!valid)
  })

  it('was asked about all of them', () => {
    expect(codecVectors).toHaveLength(311)
  })

  it('accepts every packet that a server of the scenarios sends in good form', () => {
    let count = 0
    for (const { id, protocol, steps } of scenarios) {
      for (const send of goodSends(steps)) {
        for (const packet of packetsOf(Buffer.from(send, 'hex'))) {
          expect(accepts(protocol, packet), `${id}: ${packet.toString('hex')}`).toBe(true)
          count++
        }
      }
    }
    expect(count).toBe(653)
  })

  it('refuses less than a packet and more than one', () => {
    expect(accepts(4, Buffer.from('d000', 'hex'))).toBe(true)
    for (const hex of ['', 'd0', '300300', 'd000d0', 'd000d000', 'd00030']) {
      expect(accepts(4, Buffer.from(hex, 'hex'))).toBe(false)
    }
  })
})
