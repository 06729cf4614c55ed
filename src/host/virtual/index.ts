import type { Runtime } from '../boards'
import type { VirtualBoard, VirtualBoardOptions } from './contract'
import { espruinoBoard } from './espruino'
import { kalumaBoard } from './kaluma'

export { realClock, virtualClock } from './clock'
export type { VirtualBoard } from './contract'
export { nodeNetwork } from './node-network'
export { wiringOf } from './wire'

/** The double of a runtime. */
export function virtualBoard(runtime: Runtime, options: VirtualBoardOptions): VirtualBoard {
  return runtime === 'espruino' ? espruinoBoard(options) : kalumaBoard(options)
}
