import { mote, moteBuffers } from './mote'
import type { Contestant } from './operations'
import { generate, u8, writeToStream } from './peers'

/** Ours first; the order in which they are shown. */
export const CONTESTANTS: Contestant[] = [mote, moteBuffers, generate, writeToStream, u8]
