/** A reading in JSON that leaves `ageMs` milliseconds after it was taken says so in seconds, from one second on. */
export function aged(json: string, ageMs: number): string {
  const ageS = Math.floor(ageMs / 1000)
  return ageS ? json.substr(0, json.length - 1) + ',"age":' + ageS + '}' : json
}
