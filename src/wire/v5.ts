/**
 * Whether code for MQTT 5.0 is wanted. The image builder answers this file with `false` for an image of 3.1.1, and all
 * that stands behind `V5 &&` vanishes from it; kept in a variable first, it would stay. In the library the caller says
 * with each packet which version it speaks.
 */
export const V5 = true
