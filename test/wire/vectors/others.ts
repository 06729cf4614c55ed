import type { Vector } from './vector'

/** PINGREQ, PINGRESP, DISCONNECT, AUTH. */
export const others: Vector[] = [
  { name: 'PINGREQ', statements: ['mqtt311_2.2.2-1'], version: 4, hex: 'c0 00', fields: { cmd: 'pingreq' } },
  { name: 'PINGRESP', version: 4, hex: 'd0 00', fields: { cmd: 'pingresp' } },
  { name: 'PINGREQ', statements: ['mqtt5_2.1.3-1'], version: 5, hex: 'c0 00', fields: { cmd: 'pingreq' } },
  { name: 'PINGRESP', version: 5, hex: 'd0 00', fields: { cmd: 'pingresp' } },
  {
    name: 'DISCONNECT',
    statements: ['mqtt311_2.2.2-1', 'mqtt311_3.14.1-1'],
    version: 4,
    hex: 'e0 00',
    fields: { cmd: 'disconnect' },
  },
  {
    name: 'DISCONNECT of success, empty',
    statements: ['mqtt5_2.1.3-1', 'mqtt5_3.14.1-1', 'mqtt5_U5-DISC-1'],
    version: 5,
    hex: 'e0 00',
    fields: { cmd: 'disconnect', reasonCode: 0, properties: [] },
  },
  {
    name: 'DISCONNECT with a reason alone',
    statements: ['mqtt5_3.14.2-1', 'mqtt5_U5-DISC-1'],
    version: 5,
    hex: `
      e0 : DISCONNECT
      01 : Remaining Length
      81 : Malformed Packet`,
    fields: { cmd: 'disconnect', reasonCode: 0x81, properties: [] },
  },
  {
    name: 'DISCONNECT with properties',
    statements: ['mqtt5_U5-DISC-1'],
    version: 5,
    hex: `
      e0 : DISCONNECT
      0d : Remaining Length
      00 : Normal disconnection
      0b : Property Length
      1f 0001 62 : Reason String b
      26 0001 6b 0001 76 : User Property k=v`,
    fields: {
      cmd: 'disconnect',
      reasonCode: 0,
      properties: [
        ['reasonString', 'b'],
        ['userProperty', 'k', 'v'],
      ],
    },
  },
  {
    name: 'AUTH that goes on',
    statements: ['mqtt5_2.1.3-1', 'mqtt5_3.15.1-1', 'mqtt5_3.15.2-1', 'mqtt5_4.12.0-3', 'mqtt5_4.12.0-5'],
    version: 5,
    hex: `
      f0 : AUTH
      13 : Remaining Length
      18 : Continue authentication
      11 : Property Length
      15 0001 6d   : Authentication Method m
      16 0003 00ff0a : Authentication Data
      26 0001 6b 0001 76 : User Property k=v`,
    fields: {
      cmd: 'auth',
      reasonCode: 0x18,
      properties: [
        ['authenticationMethod', 'm'],
        ['authenticationData', '\0\xff\n'],
        ['userProperty', 'k', 'v'],
      ],
    },
  },
]
