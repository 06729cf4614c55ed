interface Wifi {
  setHostname(name: string): void
  on(event: 'associated', run: () => void): void
}
declare function require(module: 'Wifi'): Wifi

/** The name that the board gives itself when it asks the router for an address. Before join(). */
export function hostname(name: string) {
  const wifi = require('Wifi')
  const set = () => {
    wifi.setHostname(name)
  }
  // Before the station has started for the first time there may be nothing to name yet: ESP-IDF then ignores the call.
  set()
  wifi.on('associated', set)
}
