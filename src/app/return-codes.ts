/**
 * Whether servers refuse with the return codes of MQTT 3.1.1, which have words. The image builder answers this file with
 * `false` for an image of 5.0, whose reason codes are said as numbers.
 */
export const RETURN_CODES = true
