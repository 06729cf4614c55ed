/** What any runner of the scenarios drives. For now the decoder alone. */
import { readAck } from '../../src/wire/ack'
import { readAuth } from '../../src/wire/auth'
import { readConnack } from '../../src/wire/connect'
import { readDisconnect } from '../../src/wire/disconnect'
import { type Packet, packet } from '../../src/wire/packet'
import { readPingresp } from '../../src/wire/ping'
import { PUBLISHES, readPublish } from '../../src/wire/publish'
import { type Splitter, splitShort, type Takers } from '../../src/wire/splitter'
import { readSuback, readUnsuback } from '../../src/wire/subscribe'

interface Decoder extends Splitter<Decoder>, Packet {
  taken: number
}

/** What a server sends, by first byte, in both versions and in 5.0 only. */
const readers: Record<string, (d: Decoder, packet: string, at: number, v5: boolean) => number> = {
  '\x20': readConnack,
  ...Object.fromEntries([...PUBLISHES].map(first => [first, readPublish])),
  '\x40': readAck,
  '\x50': readAck,
  '\x62': readAck,
  '\x70': readAck,
  '\x90': readSuback,
  '\xb0': readUnsuback,
  '\xd0': (_d, packet, at) => readPingresp(packet, at),
}
const newer = { '\xe0': readDisconnect, '\xf0': readAuth }

function decoder(v5: boolean): Decoder {
  const takers: Takers<Decoder> = {}
  for (const [first, read] of Object.entries(v5 ? { ...readers, ...newer } : readers)) {
    takers[first] = (d, packet, at) => {
      d.taken++
      return Math.min(read(d, packet, at, v5), 0)
    }
  }
  return { ...packet(), taken: 0, _takers: takers, _limit: 0xfffffff, _carried: '', _need: 0 }
}

/**
 * The decoder alone, on one whole packet from a server of protocol 4 or 5: whether it takes it, all of it and nothing
 * more.
 */
export function accepts(protocol: number, bytes: Uint8Array): boolean {
  const d = decoder(protocol === 5)
  return splitShort(d, Buffer.from(bytes).toString('latin1')) === 0 && d.taken === 1 && d._need === 0
}
