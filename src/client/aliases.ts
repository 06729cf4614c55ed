/** Topic aliases, 5.0 section 3.3.2.3.4. They die with the link. */
import { header, readVarint, varint } from '../wire/header'
import { endOfField } from '../wire/packet'
import { numberProperty, TOPIC_ALIAS } from '../wire/properties'
import { ALIASED } from '../wire/publish'
import type { Client } from './client'

export interface Aliases extends Client {
  /** The topic of each alias, from 1 on. */
  _aliasTopics: string[]
  /** The link on which they stand, and whether the server knows each of them yet. */
  _aliasLink: object | null
  _aliasKnown: boolean[]
  /** Whether topics get an alias when there is one left; else only by alias(). */
  _aliasAll: boolean
}

/**
 * Lets what is published go out under an alias of its topic, which makes a packet as much shorter as the topic is longer
 * than five bytes. Aliases go to topics in the order in which they come, for as long as the server takes more, where `all`
 * is true; else those have one that alias() has given one.
 */
export function aliases(client: Client, all: boolean): Aliases {
  const c = client as Aliases
  c._aliasTopics = []
  c._aliasKnown = []
  c._aliasAll = all
  c._rewrite = shorten
  return c
}

/** Begins anew on a new link. */
function refresh(c: Aliases) {
  if (c._aliasLink === c._link) return
  c._aliasLink = c._link
  c._aliasTopics = []
  c._aliasKnown = []
}

/** The topic that `alias` stands for on this link, a field(); '' for none. */
export function aliased(c: Aliases, alias: number): string {
  refresh(c)
  return c._aliasTopics[alias] || ''
}

/** Gives a topic an alias of the owner's choice. False: the server takes none like this. */
export function alias(c: Aliases, topic: string, alias: number): boolean {
  refresh(c)
  if (!(alias > 0 && alias <= (c._topicAliasMaximum as number))) return false
  const before = c._aliasTopics.indexOf(topic)
  if (before >= 0 && before !== alias) c._aliasTopics[before] = ''
  if (c._aliasTopics[alias] !== topic) {
    c._aliasTopics[alias] = topic
    c._aliasKnown[alias] = false
  }
  return true
}

function shorten(client: Client, packet: string): string {
  const c = client as Aliases
  const at = 1 + varint(readVarint(packet, 1)).length
  let end = endOfField(packet, at)
  const topic = packet.substring(at, end)
  refresh(c)
  let number = c._aliasTopics.indexOf(topic)
  if (number < 1) {
    number = Math.max(c._aliasTopics.length, 1)
    if (!c._aliasAll || !alias(c, topic, number)) return packet
  }
  const name = c._aliasKnown[number] ? ALIASED : topic
  // The identifier of QoS 1 and 2.
  const id = packet[0] > '1' ? packet.substr(end, 2) : ''
  end += id.length
  const length = readVarint(packet, end)
  const short = header(
    packet.charCodeAt(0),
    name + id + varint(length + 3) + numberProperty(TOPIC_ALIAS, number) + packet.substr(end + varint(length).length),
  )
  if (short.length > (c._maximumPacketB as number)) return packet
  c._aliasKnown[number] = true
  return short
}
