import { describe, expect, it } from 'vitest'
import { bundle } from './bundle'

/** All that an image may ask for, but for what only 5.0 has. */
const EVERYTHING = `
export { writeConnect, prepareConnect, readConnack } from '../../src/wire/connect'
export { writePublish, writePublishQos, again, flags, readPublish, idOf } from '../../src/wire/publish'
export { writeAck, readAck } from '../../src/wire/ack'
export { subscription, writeSubscribe, writeUnsubscribe, readSuback, readUnsuback } from '../../src/wire/subscribe'
export { writePingreq, readPingresp } from '../../src/wire/ping'
export { writeDisconnect } from '../../src/wire/disconnect'
export { splitShort } from '../../src/wire/splitter'
export { prepare, text } from '../../src/wire/utf8'
export { topicName, topicFilter, matches, unshared } from '../../src/wire/topic'`

describe('what only 5.0 has', () => {
  it('is not in a bundle of 3.1.1, not one byte of it', async () => {
    const [older, newer] = await Promise.all([bundle(EVERYTHING, false), bundle(EVERYTHING, true)])
    for (const trace of [/\bproperties\b/, /\breason\b/, /OVV/, / 14s/, /3198228479/]) {
      expect(newer).toMatch(trace)
      expect(older).not.toMatch(trace)
    }
    expect(older.length).toBeLessThan(newer.length - 1500)
  })
})
