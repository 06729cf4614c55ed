declare function getTime(): number

/** getTime() at boot, moved whenever somebody sets the wall clock; -1 before the first look. */
let origin = -1
let last = 0

/**
 * Milliseconds since boot. getTime() follows the wall clock, which SNTP moves by 50 years behind the interpreter's back
 * (Espruino issue 1612): a step back, or of more than an hour, is no time that passed.
 */
export function now(): number {
  if (origin < 0) origin = getTime()
  const elapsed = Math.floor((getTime() - origin) * 1000)
  if (elapsed < last || elapsed > last + 3600000) origin = getTime() - last / 1000
  else last = elapsed
  return last
}
