declare const E: { enableWatchdog(seconds: number, automatic: boolean): void }

/**
 * Resets the chip when the interpreter has not come to its idle loop for `seconds` seconds. Longer than a connect may
 * block, since nothing is fed meanwhile.
 */
export function watchdog(seconds: number) {
  E.enableWatchdog(seconds, true)
}
