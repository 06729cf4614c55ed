import type { Barometer, Hygrometer, Sensor } from '../hal/contract'

/** The humidity that the last sample() of `sensor` found, as a sensor of its own: to be sampled right behind it. */
export function humidityOf(sensor: Hygrometer): Sensor {
  return found(sensor, () => sensor.humidity)
}

/** The same for its pressure. */
export function pressureOf(sensor: Barometer): Sensor {
  return found(sensor, () => sensor.pressure)
}

function found(sensor: Sensor, value: () => number): Sensor {
  const quantity: Sensor = {
    lastError: '',
    sample: done => {
      quantity.lastError = sensor.lastError
      done(sensor.lastError ? NaN : value())
    },
    close: () => {},
  }
  return quantity
}
