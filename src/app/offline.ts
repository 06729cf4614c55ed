/**
 * Whether readings are taken without a session too, and wait for the next one. The image builder answers this file with
 * `false` for a board that has no queue, and all that stands behind `OFFLINE &&` vanishes from its image.
 */
export const OFFLINE = true
