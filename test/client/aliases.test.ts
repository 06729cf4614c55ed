import { describe, expect, it } from 'vitest'
import { alias, aliased, aliases } from '../../src/client/aliases'
import { field } from '../../src/wire/header'
import { rig } from './rig'

const under = (number: number) => ` {"topicAlias":${number}}`

describe('outgoing topic aliases', () => {
  const aliasing = (all: boolean, topicAliasMaximum: number, options = {}) => {
    const r = rig({ v5: true, ...options })
    const c = aliases(r.client, all)
    r.up(false, { topicAliasMaximum })
    return { ...r, aliases: c }
  }

  it('go to topics in the order in which they come, as many as the server takes', () => {
    const r = aliasing(true, 2)
    for (const topic of ['a', 'b', 'c', 'a', 'b', 'c']) r.publish(0, topic, 'x', { retain: topic === 'b' })
    expect(r.sent()).toEqual([
      'publish0 a=x' + under(1),
      'publish0 retain b=x' + under(2),
      'publish0 c=x',
      'publish0 =x' + under(1),
      'publish0 retain =x' + under(2),
      'publish0 c=x',
    ])
  })

  it('make a packet as much shorter as the topic is longer than five bytes', () => {
    const r = aliasing(true, 1)
    const topic = 'sensors/kitchen/temperature'
    for (let i = 0; i < 2; i++) r.publish(0, topic, '21.5')
    const [long, short] = r.link().written.slice(-2)
    expect(short).toHaveLength(12)
    expect(long.length - 3 - short.length).toBe(field(topic).length - 5)
  })

  it.each([0, undefined])('do not go out where the server takes %s', maximum => {
    const r = aliasing(true, maximum as number)
    for (let i = 0; i < 2; i++) r.publish(1, 'a', 'x')
    expect(r.sent()).toEqual(['publish1#1 a=x', 'publish1#2 a=x'])
  })

  it('stand beside identifiers and other properties', () => {
    const r = aliasing(true, 1)
    for (let i = 0; i < 2; i++) r.publish(2, 'a', 'x', { properties: { contentType: 'text' } })
    expect(r.sent()).toEqual([
      'publish2#1 a=x {"topicAlias":1,"contentType":"text"}',
      'publish2#2 =x {"topicAlias":1,"contentType":"text"}',
    ])
  })

  it('die with the link: what is sent again has its topic', () => {
    const r = aliasing(true, 5, { clean: false })
    r.publish(1, 'a', '1')
    r.publish(1, 'a', '2')
    r.lost()
    r.up(true)
    expect(r.sent()).toEqual(['publish1#1 dup a=1', 'publish1#2 dup a=2'])
    r.lost()
    r.up(true, { topicAliasMaximum: 1 })
    expect(r.sent()).toEqual(['publish1#1 dup a=1' + under(1), 'publish1#2 dup =2' + under(1)])
  })

  it('are left out where they would make a packet larger than the server takes', () => {
    const r = rig({ v5: true })
    aliases(r.client, true)
    r.up(false, { topicAliasMaximum: 5, maximumPacketSize: 12 })
    r.publish(0, 'a', '1234')
    r.publish(0, 'a', '1')
    r.publish(0, 'a', '1234')
    expect(r.sent()).toEqual(['publish0 a=1234', 'publish0 a=1' + under(1), 'publish0 =1234' + under(1)])
  })

  it('by hand alone stand where the owner has put them, and can move', () => {
    const r = aliasing(false, 2)
    expect([alias(r.aliases, field('a'), 2), alias(r.aliases, field('b'), 3)]).toEqual([true, false])
    expect([alias(r.aliases, field('b'), 0), alias(r.aliases, field('b'), Number.NaN)]).toEqual([false, false])
    for (const topic of ['a', 'a', 'b']) r.publish(0, topic, 'x')
    alias(r.aliases, field('b'), 2)
    for (const topic of ['b', 'a', 'b']) r.publish(0, topic, 'y')
    expect(r.sent()).toEqual([
      'publish0 a=x' + under(2),
      'publish0 =x' + under(2),
      'publish0 b=x',
      'publish0 b=y' + under(2),
      'publish0 a=y',
      'publish0 =y' + under(2),
    ])
    expect([aliased(r.aliases, 2), aliased(r.aliases, 1)]).toEqual([field('b'), ''])
    r.lost()
    r.up(false, { topicAliasMaximum: 2 })
    expect(aliased(r.aliases, 2)).toBe('')
  })

  it('that are given to one topic after another keep one alias each', () => {
    const r = aliasing(false, 2)
    const c = r.aliases
    alias(c, field('a'), 1)
    r.publish(0, 'a', 'x')
    alias(c, field('a'), 2)
    r.publish(0, 'a', 'x')
    expect([aliased(c, 1), aliased(c, 2)]).toEqual(['', field('a')])
    expect(r.sent()).toEqual(['publish0 a=x' + under(1), 'publish0 a=x' + under(2)])
  })
})

describe('incoming topic aliases', () => {
  const announced = () => rig({ v5: true, properties: { topicAliasMaximum: 2 } })
  const properties = (topicAlias: number) => ({ properties: { topicAlias } })

  it('stand for the topic that they came with last', () => {
    const r = announced()
    r.up()
    r.message(0, 0, 'a', '1', properties(1))
    r.message(1, 5, '', '2', properties(1))
    r.message(0, 0, 'b', '3', properties(2))
    r.message(0, 0, '', '4', properties(1))
    r.message(0, 0, 'c', '5', properties(1))
    r.message(2, 6, '', '6', properties(1))
    r.message(0, 0, '', '7', properties(2))
    expect(r.heard()).toEqual([
      'message0 a=1',
      'message1 a=2',
      'message0 b=3',
      'message0 a=4',
      'message0 c=5',
      'message2 c=6',
      'message0 b=7',
    ])
  })

  it('leave a message without one its own topic', () => {
    const r = announced()
    r.up()
    r.message(0, 0, 'a', '1', properties(1))
    r.message(0, 0, 'b', '2')
    r.message(0, 0, '', '3', properties(1))
    r.message(0, 0, 'b', '4')
    expect(r.heard()).toEqual(['message0 a=1', 'message0 b=2', 'message0 a=3', 'message0 b=4'])
  })

  it.each([
    ['is beyond our maximum', 'a', 3, '94'],
    ['was never given', '', 2, '82'],
  ])('that %s ends the session', (_, topic, number, reason) => {
    const r = announced()
    r.up()
    r.message(0, 0, 'a', '1', properties(1))
    r.heard()
    r.message(0, 0, topic, '2', properties(number))
    expect(r.heard()).toEqual(['disconnect server: ' + reason])
    expect(r.sent()).toEqual(['disconnect ' + reason])
  })

  it('that we allowed none of ends the session', () => {
    const r = rig({ v5: true })
    r.up()
    r.message(0, 0, 'a', '1', properties(1))
    expect(r.heard()).toEqual(['disconnect server: 94'])
  })

  it('die with the link', () => {
    const r = announced()
    r.up()
    r.message(0, 0, 'a', '1', properties(1))
    r.lost()
    r.up()
    r.message(0, 0, '', '2', properties(1))
    expect(r.heard()).toEqual(['disconnect server: 82'])
  })
})
