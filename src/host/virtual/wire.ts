import type { Board, Sensor } from '../boards'
import { parts } from '../boards/parts'
import type { Clock } from './contract'
import { ahtPart, boschPart, dhtPart, ds18b20Part, registerPart, shtPart } from './parts'
import { bareWiring, type I2cPart, type Wiring } from './wiring'

/** A board wired as its file says, with parts at 20 degrees or about. */
export function wiringOf({ sensors }: Pick<Board, 'sensors'>, clock: Clock): Wiring {
  const wiring = bareWiring()
  sensors.forEach((sensor, index) => {
    const { type, pin = -1, i2c, rom } = sensor
    const { bus } = parts[type]
    if (i2c) wiring.i2c[i2c.bus].attach(i2c.address, i2cPart(sensor, clock))
    else if (bus === 'oneWire')
      wiring.oneWire.attach(pin * 256 + index, ds18b20Part(clock, rom?.slice(2, 14) || undefined))
    else if (type === 'dht11' || type === 'dht22') wiring.pulses.attach(pin, dhtPart(type))
    else if (bus === 'analog') wiring.volts.set(pin, volts(sensor))
  })
  return wiring
}

function i2cPart({ type }: Sensor, clock: Clock): I2cPart {
  if (type === 'bme280' || type === 'bmp280') return boschPart(type, clock)
  if (type === 'sht3x' || type === 'sht4x') return shtPart(type, clock)
  if (type === 'aht20') return ahtPart(clock)
  if (type === 'tmp102' || type === 'lm75' || type === 'mcp9808' || type === 'tmp117') return registerPart(type, clock)
  throw new Error(`${type} is no part on I2C`)
}

/** At 20 degrees; of a thermistor at 25, where it has the resistance that it is named after. */
function volts({ type, ntc }: Sensor): number {
  if (type === 'tmp36') return 0.7
  if (type === 'lm35' || !ntc) return 0.2
  const [upper, lower] = ntc.wiring === 'pullup' ? [ntc.seriesOhm, ntc.r25Ohm] : [ntc.r25Ohm, ntc.seriesOhm]
  return (3.3 * lower) / (upper + lower)
}
