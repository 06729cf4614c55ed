import { describe, expect, it } from 'vitest'
import { field } from '../../src/wire/header'
import { BAD_FILTER, BAD_NAME, refusal } from '../../src/wire/refusal'
import { isName, matches, topicFilter, topicName, unshared } from '../../src/wire/topic'
import { prepare, text } from '../../src/wire/utf8'

const match = (filter: string, topic: string) => matches(topicFilter(prepare(filter), false), topicName(prepare(topic)))

describe('a topic name', () => {
  it.each(['a', '/', '/finance', 'a//b', 'a b', '$SYS/x', 'é', '\ufeff', '~', 'home/bedroom/temperature'])(
    'may be %j',
    name => {
      expect(text(topicName(prepare(name)))).toBe(name)
    },
  )

  const illegal = ['', '+', '#', 'a/+', 'a+b', 'a/#', 'é/#', 'é/+']
  it.each(illegal)('may not be %j (mqtt311_3.3.2-2 mqtt5_3.3.2-2)', name => {
    expect(topicName(prepare(name))).toBe('')
    expect(refusal).toBe(BAD_NAME)
  })

  it('may have any length, 126 like another (mqtt311_4.7.3-1 mqtt5_4.7.3-1)', () => {
    for (let length = 1; length < 300; length++) {
      expect(isName(field('t'.repeat(length)))).toBe(true)
      expect(isName(field('t'.repeat(length - 1) + '+'))).toBe(false)
    }
    expect(isName(field('t'.repeat(0x7e7e)))).toBe(true)
  })

  it('may not hold U+0000 or what is not UTF-8 (mqtt311_4.7.3-2 mqtt5_4.7.3-2)', () => {
    for (const bytes of ['a\0b', '\xff', 'a\xc3']) expect(isName(field(bytes))).toBe(false)
  })
})

describe('a topic filter', () => {
  // The first four are those of the tutorial.
  const legal = [
    'home/+/temperature',
    'school/+/group-1/audio',
    'school/#',
    '#',
    '+',
    '+/+',
    '/+',
    '+/',
    '/#',
    'a',
    '/',
    '//',
  ]
  it.each([...legal, 'sport/tennis/player1/#', 'sport/+', '+/tennis/#', 'sport/+/player1', '$SYS/#', 'é/+'])(
    'may be %j',
    filter => {
      expect(text(topicFilter(prepare(filter), false))).toBe(filter)
      expect(text(topicFilter(prepare(filter), true))).toBe(filter)
    },
  )

  const illegal = [
    '',
    'school/#/group-1/#',
    'sport/tennis#',
    'sport/tennis/#/ranking',
    'sport+',
    '#/',
    '+a',
    'a+/b',
    '##',
    '++',
    '#+',
    'a/#b',
  ]
  it.each([...illegal, 'é#', 'a/b+/c'])('may not be %j', filter => {
    for (const v5 of [false, true]) {
      expect(topicFilter(prepare(filter), v5)).toBe('')
      if (filter) expect(refusal).toBe(BAD_FILTER)
    }
  })

  it('may not hold U+0000 or what is not UTF-8', () => {
    for (const bytes of ['a\0b', '\xff', 'a/\xc3/#']) expect(topicFilter(field(bytes), false)).toBe('')
  })

  it.each(['$share/g/a', '$share/g/#', '$share/g//', '$share/group 1/+/b', '$share', '$sharex/a', '$shared//a'])(
    'of 5.0 may be shared, %j',
    filter => {
      expect(text(topicFilter(prepare(filter), true))).toBe(filter)
    },
  )

  it.each([
    '$share/',
    '$share/g',
    '$share/g/',
    '$share//a',
    '$share//',
    '$share/+/a',
    '$share/#',
    '$share/g+/a',
    '$share/g#/a',
  ])('of 5.0 may not be shared, %j', filter => {
    expect(topicFilter(prepare(filter), true)).toBe('')
  })

  it('of 3.1.1 knows nothing of sharing', () => {
    expect(text(topicFilter(prepare('$share//a'), false))).toBe('$share//a')
  })

  it('that is shared takes what its own filter takes', () => {
    expect(text(unshared(prepare('$share/g/a/#')))).toBe('a/#')
    expect(text(unshared(prepare('$share/g//')))).toBe('/')
    expect(text(unshared(prepare('$shared/g/a')))).toBe('$shared/g/a')
    expect(matches(unshared(prepare('$share/g/+')), prepare('a'))).toBe(true)
  })
})

describe('matching', () => {
  it.each([
    // Of the tutorial.
    ['home/+/temperature', 'home/bedroom/temperature'],
    ['home/+/temperature', 'home//temperature'],
    ['school/+/group-1/audio', 'school/class-7/group-1/audio'],
    ['school/#', 'school/class-7/group-1/audio'],
    ['school/#', 'school'],
    ['#', 'school/class-7'],
    // Of the standard, section 4.7.1.
    ['sport/tennis/player1/#', 'sport/tennis/player1'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon'],
    ['sport/#', 'sport'],
    ['sport/tennis/+', 'sport/tennis/player1'],
    ['sport/+', 'sport/'],
    ['+/+', '/finance'],
    ['/+', '/finance'],
    ['$SYS/#', '$SYS/x'],
    ['$SYS/monitor/+', '$SYS/monitor/Clients'],
    // Beyond.
    ['#', '/'],
    ['+', 'a'],
    ['+/#', 'a'],
    ['+/#', 'a/b/c'],
    ['+/+/#', 'a/b'],
    ['a/+/+/d', 'a///d'],
    ['//', '//'],
    ['é/+', 'é/€'],
    ['+/$x', 'a/$x'],
    ['a/+/#', 'a/'],
  ])('%s takes %s', (filter, topic) => {
    expect(match(filter, topic)).toBe(true)
  })

  it.each([
    ['home/+/temperature', 'home/bedroom/humidity'],
    ['home/+/temperature', 'home/up/bedroom/temperature'],
    ['home/+/temperature', 'home/temperature'],
    ['school/+/group-1/audio', 'school/class-7/group-2/audio'],
    ['school/#', 'schools'],
    ['school/#', 'school2/a'],
    ['sport/tennis/+', 'sport/tennis/player1/ranking'],
    ['sport/+', 'sport'],
    ['+', '/finance'],
    ['ACCOUNTS', 'Accounts'],
    ['/a', 'a'],
    ['a/', 'a'],
    ['a', 'a/'],
    ['a/b', 'a'],
    ['a/+/#', 'a'],
    ['+/a', 'b'],
    // Section 4.7.2.
    ['#', '$SYS/x'],
    ['+/monitor/Clients', '$SYS/monitor/Clients'],
    ['+', '$SYS'],
    // Section 4.7.3: no normalising.
    ['é', 'e\u0301'],
  ])('%s does not take %s', (filter, topic) => {
    expect(match(filter, topic)).toBe(false)
  })

  it('agrees with a definition by levels, for all short filters and topics', () => {
    const levels = (filter: string[], topic: string[]): boolean =>
      filter[0] === '#' ||
      (filter.length === 0 || topic.length === 0
        ? filter.length === topic.length
        : (filter[0] === '+' || filter[0] === topic[0]) &&
          (levels(filter.slice(1), topic.slice(1)) || (filter[1] === '#' && filter.length === 2 && topic.length === 1)))
    const parts = ['', 'a', 'ab', '$']
    const paths = (words: string[], depth: number): string[][] =>
      depth === 0
        ? [[]]
        : paths(words, depth - 1).flatMap(path =>
            path.length === depth - 1 ? [path, ...words.map(word => [...path, word])] : [path],
          )
    const topics = paths(parts, 3).filter(path => path.length && path.join('/'))
    const filters = paths([...parts, '+', '#'], 3).filter(
      path => path.length && topicFilter(prepare(path.join('/')), false),
    )
    expect(filters.length).toBeGreaterThan(100)
    for (const filter of filters)
      for (const topic of topics) {
        const dollar = topic[0].startsWith('$') && (filter[0] === '+' || filter[0] === '#')
        if (match(filter.join('/'), topic.join('/')) !== (!dollar && levels(filter, topic)))
          expect.fail(`${filter.join('/')} and ${topic.join('/')}`)
      }
  })
})
