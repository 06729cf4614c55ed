interface Wifi {
  /** Throws without a callback, whose argument is no help: release 2v29 says "Failure" when it worked, null when not. */
  setIP(address: { ip: string; gw: string; netmask: string }, done: () => void): void
  getIP(): { ip: string }
  on(event: 'associated' | 'connected', run: () => void): void
}
declare function require(module: 'Wifi'): Wifi
declare const console: { warn(text: string): void }

/** Asks for a fixed address instead of the router's, and says so where the chip did not take it. Before join(). */
export function fixedAddress(ip: string, gateway: string, netmask: string) {
  const wifi = require('Wifi')
  const set = () => {
    wifi.setIP({ ip: ip, gw: gateway, netmask: netmask }, () => {})
  }
  // As for the host name: the interface may not be there before the first start.
  set()
  wifi.on('associated', set)
  wifi.on('connected', () => {
    const now = wifi.getIP().ip
    if (now !== ip) console.warn('wifi: wifi.static was not taken, the address is ' + now)
  })
}
