import { describe, expect, it } from 'vitest'
import { image } from './bundle'

/** All that an image may ask for, but for what only 5.0 has. */
const EVERYTHING: Record<string, string[]> = {
  connect: ['writeConnect', 'prepareConnect', 'readConnack'],
  publish: ['writePublish', 'writePublishQos', 'again', 'flags', 'readPublish', 'idOf'],
  ack: ['writeAck', 'readAck'],
  subscribe: ['subscription', 'writeSubscribe', 'writeUnsubscribe', 'readSuback', 'readUnsuback'],
  ping: ['writePingreq', 'readPingresp'],
  disconnect: ['writeDisconnect'],
  splitter: ['split', 'splitShort'],
  utf8: ['prepare', 'text'],
  topic: ['topicName', 'topicFilter', 'matches', 'unshared'],
}

const code = `
${Object.entries(EVERYTHING)
  .map(([file, names]) => `import { ${names} } from 'src/wire/${file}'`)
  .join('\n')}
console.log([${Object.values(EVERYTHING)}])`

describe('what only 5.0 has', () => {
  it.each(['espruino', 'kaluma'] as const)('is not in an image of 3.1.1 for %s, not one byte of it', async runtime => {
    const newer = await image(runtime, code, '5.0')
    const older = await image(runtime, code, '3.1.1')
    for (const trace of [/\bproperties\b/, /\breason\b/, /OVV/, / 14s/, /3198228479/]) {
      expect(newer).toMatch(trace)
      expect(older).not.toMatch(trace)
    }
    expect(older.length).toBeLessThan(newer.length - 1500)
  })
})
