import type { Vector } from './vector'

const names = [
  { cmd: 'puback', first: '40', ids: '3.4.2-1' },
  { cmd: 'pubrec', first: '50', ids: '3.5.2-1' },
  { cmd: 'pubrel', first: '62', ids: '3.6.2-1' },
  { cmd: 'pubcomp', first: '70', ids: '3.7.2-1' },
]

/** The four acknowledgements of a PUBLISH look alike: in 5.0 in four lengths. */
export const acks: Vector[] = names.flatMap(({ cmd, first, ids }): Vector[] => {
  const [reason, code] = first < '60' ? ['87', 0x87] : ['92', 0x92]
  const name = cmd.toUpperCase()
  return [
    {
      name: `${name} with the identifier, high byte first`,
      statements: ['mqtt311_2.2.2-1', 'mqtt311_2.3.1-6', 'mqtt311_3.6.1-1'],
      version: 4,
      hex: `
        ${first} : ${name}
        02   : Remaining Length
        3431 : identifier`,
      fields: { cmd, messageId: 0x3431 },
    },
    {
      name: `${name} of success, two bytes long`,
      statements: ['mqtt5_2.1.3-1', 'mqtt5_2.2.1-5', 'mqtt5_3.6.1-1', 'mqtt5_U5-ACK-1'],
      version: 5,
      hex: `
        ${first} : ${name}
        02   : Remaining Length
        00ff : identifier`,
      fields: { cmd, messageId: 255, reasonCode: 0, properties: [] },
    },
    {
      name: `${name} with a reason, three bytes long`,
      statements: [`mqtt5_${ids}`, 'mqtt5_U5-ACK-1'],
      version: 5,
      hex: `
        ${first} : ${name}
        03   : Remaining Length
        0001 : identifier
        ${reason} : reason code`,
      fields: { cmd, messageId: 1, reasonCode: code, properties: [] },
    },
    {
      name: `${name} with properties`,
      statements: ['mqtt5_U5-ACK-1', 'mqtt5_1.5.7-1'],
      version: 5,
      hex: `
        ${first} : ${name}
        10   : Remaining Length
        ffff : identifier
        00   : Success, not left out in front of properties
        0c   : Property Length
        1f 0002 6e6f       : Reason String no
        26 0001 6b 0001 76 : User Property k=v`,
      fields: {
        cmd,
        messageId: 65535,
        reasonCode: 0,
        properties: [
          ['reasonString', 'no'],
          ['userProperty', 'k', 'v'],
        ],
      },
    },
  ]
})
