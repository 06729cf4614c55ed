/** What a reading says in JSON of the time at which it was taken. */
export type Finish = (json: string, ageMs: number) => string

/** Says when a reading was taken where `time` knows it, else what `otherwise` says. `time`: see src/hal/espruino/time.ts. */
export function timed(time: (agoMs: number) => string, otherwise: Finish): Finish {
  return (json, ageMs) => {
    const at = time(ageMs)
    return at ? json.substr(0, json.length - 1) + ',"time":"' + at + '"}' : otherwise(json, ageMs)
  }
}
