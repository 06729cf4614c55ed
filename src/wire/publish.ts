import { header, PUBLISH } from './header'

/** Flag of the first byte, MQTT 3.1.1 section 3.3.1.3. */
export const RETAIN = 1

/** PUBLISH at QoS 0, section 3.3. `topic` is a field() made once; `payload` is a byte string and may be ''. */
export function writePublish(topic: string, payload: string, flags: number): string {
  return header(PUBLISH | flags, topic + payload)
}
