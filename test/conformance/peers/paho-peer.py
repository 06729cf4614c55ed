"""paho-mqtt 1.6 in the contract of the scenarios: it translates and nothing else.

One process for all clients. Lines of JSON come in: {"id", "client", "call", "args"}; out go {"id"} or {"id", "error"}
for each, and {"client", "event"}. Bytes are {"hex"}.
"""
import json
import os
import select
import sys

from paho.mqtt.client import MQTT_ERR_NO_CONN, Client, MQTTv5, MQTTv311, error_string
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCodes
from paho.mqtt.subscribeoptions import SubscribeOptions

BINARY = ('correlationData', 'authenticationData')
TICK = 0.05  # seconds between two looks at the keep-alive


def say(message):
    sys.stdout.write(json.dumps(message) + '\n')
    sys.stdout.flush()


def raw(value):
    return bytes.fromhex(value['hex'])


def properties_of(packet, given):
    if given is None:
        return None
    properties = Properties(packet)
    for name, value in given.items():
        attribute = name[0].upper() + name[1:]
        if name == 'userProperty':
            for pair in value:
                setattr(properties, attribute, tuple(pair))
        else:
            setattr(properties, attribute, bytes.fromhex(value) if name in BINARY else value)
    return properties


def told(properties):
    found = {}
    if properties is None:
        return found
    for spaced in properties.names:
        attribute = spaced.replace(' ', '')
        if hasattr(properties, attribute):
            value = getattr(properties, attribute)
            found[attribute[0].lower() + attribute[1:]] = value.hex() if isinstance(value, bytes) else value
    return found


def checked(rc):
    if rc:
        raise ValueError(error_string(rc))


class Peer:
    def __init__(self, number, port, protocol):
        self.number, self.port, self.v5 = number, port, protocol == 5
        self.client = None
        self.args = {}
        self.connected = self.dead = self.failed = False
        self.refs = {'published': {}, 'subscribed': {}, 'unsubscribed': {}}
        self.early = set()
        self.handler = {}

    def emit(self, kind, **fields):
        say({'client': self.number, 'event': {'type': kind, **fields}})

    def watch(self):
        c = self.client
        c.on_connect = lambda c, u, flags, rc, properties=None: self.on_connect(flags, rc, properties)
        c.on_disconnect = lambda c, u, rc, properties=None: self.on_disconnect(rc, properties)
        c.on_publish = lambda c, u, mid: self.on_publish(mid)
        c.on_subscribe = lambda c, u, mid, codes, properties=None: self.on_ack('subscribed', mid, codes)
        c.on_unsubscribe = lambda c, u, mid, properties=None, codes=(): self.on_ack('unsubscribed', mid, codes)
        c.on_message = lambda c, u, message: self.on_message_came(message)

    def on_connect(self, flags, rc, properties):
        code = getattr(rc, 'value', rc)
        if code == 0:
            self.connected = True
            self.emit('connect', sessionPresent=bool(flags['session present']), properties=told(properties))
        else:
            self.failed = True
            self.emit('connect_failed', reasonCode=code, properties=told(properties))

    def on_disconnect(self, rc, properties):
        code = {'reasonCode': rc.value} if isinstance(rc, ReasonCodes) else {}
        if self.connected:
            self.emit('disconnected', **code, properties=told(properties))
        elif not self.failed:
            self.emit('connect_failed', **code)
            self.failed = True
        self.connected = False

    def on_publish(self, mid):
        if mid in self.refs['published']:
            self.emit('published', ref=self.refs['published'].pop(mid))
        else:
            self.early.add(mid)

    def on_ack(self, kind, mid, codes):
        codes = codes if isinstance(codes, (list, tuple)) else [codes]
        self.emit(kind, ref=self.refs[kind].pop(mid, None), codes=[getattr(code, 'value', code) for code in codes])

    def on_message_came(self, message):
        self.emit(
            'message',
            topic=message.topic,
            payload={'hex': message.payload.hex()},
            qos=message.qos,
            retain=bool(message.retain),
            properties=told(getattr(message, 'properties', None)),
        )
        if self.handler.get('throw'):
            raise RuntimeError('the handler throws')

    def connect(self, args):
        protocol = MQTTv5 if self.v5 else MQTTv311
        client_id, clean = args.get('clientId', ''), args.get('clean', True)
        if self.client is None:
            self.client = Client(client_id, clean_session=None if self.v5 else clean, protocol=protocol)
            self.watch()
        elif client_id != self.args.get('clientId'):
            self.client.reinitialise(client_id, clean)
            self.watch()
        self.args = args
        if 'userName' in args or 'password' in args:
            self.client.username_pw_set(args.get('userName'), raw(args['password']) if 'password' in args else None)
        if 'will' in args:
            will = args['will']
            self.client.will_set(
                will['topic'],
                raw(will['payload']) if 'payload' in will else None,
                will.get('qos', 0),
                will.get('retain', False),
                properties_of(PacketTypes.WILLMESSAGE, will.get('properties')),
            )
        self.dial()

    def dial(self):
        self.failed = self.dead = False
        more = {}
        if self.v5:
            more['clean_start'] = self.args.get('clean', True)
            more['properties'] = properties_of(PacketTypes.CONNECT, self.args.get('properties'))
        checked(self.client.connect('127.0.0.1', self.port, self.args.get('keepAlive', 60), **more))

    def reconnect(self, args):
        if 'clean' in args and not self.v5:
            raise ValueError('clean_session is fixed')
        self.args.update(args)
        if args:
            self.dial()
        else:
            self.failed = self.dead = False
            checked(self.client.reconnect())

    def publish(self, args):
        properties = properties_of(PacketTypes.PUBLISH, args.get('properties'))
        qos = args.get('qos', 0)
        info = self.client.publish(args['topic'], raw(args['payload']), qos, args.get('retain', False), properties)
        # At QoS 1 and 2 a message waits for the connection.
        if not (qos and info.rc == MQTT_ERR_NO_CONN):
            checked(info.rc)
        self.refs['published'][info.mid] = args.get('ref')
        if info.mid in self.early:
            self.early.remove(info.mid)
            self.on_publish(info.mid)

    def subscribe(self, args):
        filters = [(f['filter'], self.options(f) if self.v5 else f['qos']) for f in args['filters']]
        properties = properties_of(PacketTypes.SUBSCRIBE, args.get('properties'))
        rc, mid = self.client.subscribe(filters, properties=properties)
        checked(rc)
        self.refs['subscribed'][mid] = args.get('ref')

    @staticmethod
    def options(f):
        return SubscribeOptions(f.get('qos', 0), f.get('noLocal', False), f.get('rap', False), f.get('rh', 0))

    def unsubscribe(self, args):
        properties = properties_of(PacketTypes.UNSUBSCRIBE, args.get('properties'))
        rc, mid = self.client.unsubscribe(args['filters'], properties)
        checked(rc)
        self.refs['unsubscribed'][mid] = args.get('ref')

    def disconnect(self, args):
        code = args.get('reasonCode')
        reason = None if code is None else ReasonCodes(PacketTypes.DISCONNECT, identifier=code)
        checked(self.client.disconnect(reason, properties_of(PacketTypes.DISCONNECT, args.get('properties'))))

    def on_message(self, args):
        if 'ack_reason' in args:
            raise ValueError('not in paho 1.6')
        self.handler = args

    def socket(self):
        return None if self.dead or self.client is None else self.client.socket()

    def turn(self, work):
        """What paho's own thread would do, and as there an exception is the end of it."""
        try:
            work()
        except Exception:
            self.dead = True


peers = {}


def handle(line):
    request = json.loads(line)
    number, call, args = request['client'], request['call'], request['args']
    try:
        if call == 'new':
            peers[number] = Peer(number, **args)
        elif call == 'kill':
            peer = peers.pop(number)
            if peer.client and peer.client.socket():
                peer.client.socket().close()
        else:
            getattr(peers[number], call)(args)
        say({'id': request['id']})
    except Exception as error:
        say({'id': request['id'], 'error': repr(error)})


def main():
    pending = b''
    while True:
        sockets = {peer.socket(): peer for peer in peers.values() if peer.socket()}
        writing = [socket for socket, peer in sockets.items() if peer.client.want_write()]
        readable, writable, _ = select.select([0, *sockets], writing, [], TICK)
        for socket in writable:
            peer = sockets[socket]
            peer.turn(peer.client.loop_write)
        for socket in readable:
            if socket != 0:
                peer = sockets[socket]
                peer.turn(peer.client.loop_read)
        for peer in sockets.values():
            if peer.socket():
                peer.turn(peer.client.loop_misc)
        if 0 in readable:
            data = os.read(0, 1 << 16)
            if not data:
                return
            *lines, pending = (pending + data).split(b'\n')
            for line in lines:
                handle(line)


main()
