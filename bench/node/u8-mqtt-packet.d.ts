/** What the bench uses of u8-mqtt-packet, which brings no types. */
declare module 'u8-mqtt-packet' {
  interface Decoded {
    pkt_id: number
    payload: Uint8Array
  }
  export function mqtt_pkt_ctx(
    level: 4 | 5,
    options: object,
    context: object,
  ): {
    encode_pkt(type: string, packet: object): Uint8Array
    mqtt_stream(): { decode(chunk: Uint8Array): Decoded[] }
  }
}
declare module 'u8-mqtt-packet/esm/codec_v4_client.js' {
  export const mqtt_opts_v4: object
}
declare module 'u8-mqtt-packet/esm/codec_v5_client.js' {
  export const mqtt_opts_v5: object
}
