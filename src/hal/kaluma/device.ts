/** The runtime's network device, as far as the link needs it: src/modules/pico_cyw43 of Kaluma 1.2.1. */
export interface Slot {
  connect_cb?: () => void
  read_cb?: (bytes: Uint8Array) => void
  close_cb?: () => void
  shutdown_cb?: () => void
}
export interface Netdev {
  /** 0 or -1 after each call. Callbacks never carry an error: the chip's ROM turns -1 into 0. */
  errno: number
  /** The lowest free one of 16 slots. Throws when there is none. */
  socket(domain: 'AF_INET', type: 'STREAM'): number
  /** The object of a slot in use, whose callbacks the driver calls. What they throw vanishes. */
  get(slot: number): Slot | undefined
  /** Throws when there is no Wi-Fi link or no such name; the slot stays taken. Reports success by connect_cb, failure never. */
  connect(slot: number, host: string, port: number, done: () => void): void
  /** Synchronous. A write that does not fit into the send buffer is dropped whole, with errno -1. */
  write(slot: number, bytes: string, done: () => void): void
  close(slot: number, done: () => void): void
}

/** The Wi-Fi device that require('wifi') wraps; the wrapper costs 3.7 kB of heap and reads storage, which overruns. */
export interface WifiDevice {
  /** As Netdev's: after connect() -1 for a join that failed, whatever the callback says. */
  errno: number
  /** Blocks the whole board until joined and addressed, at most 30 s. A password shorter than 8 bytes joins an open network. */
  connect(network: { ssid: string; password: string }, done: () => void): void
  /** Calls back before it returns; `network` is undefined while there is no link or no address. */
  get_connection(done: (error: unknown, network?: object) => void): void
}
