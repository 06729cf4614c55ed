/**
 * A number as MQTT subscribers read it: '.' before `decimals` (0 to 3) digits, no exponent, no "-0". Rounds half away from
 * zero on the binary value. Not toFixed: the runtimes round it differently (Kaluma 21.45 to "21.5", others to "21.4").
 */
export function decimal(value: number, decimals: number): string {
  const digits = Math.floor(Math.abs(value) * 10 ** decimals + 0.5)
  let text = '' + digits
  while (text.length <= decimals) text = '0' + text
  if (decimals) text = text.substr(0, text.length - decimals) + '.' + text.substr(text.length - decimals)
  return value < 0 && digits ? '-' + text : text
}
