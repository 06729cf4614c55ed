/** What differs from one home to the next. */
export const settings = {
  ssid: 'home',
  password: 'a secret of at least 8',
  host: '192.168.1.10',
  port: 1883,
}
