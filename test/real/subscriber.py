"""The tutorial's subscriber: prints every message that arrives. Runs with paho-mqtt 1.6 and 2.x.

usage: subscriber.py HOST PORT FILTER
"""

import sys

import paho.mqtt.client as mqtt

host, port, topic_filter = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def on_connect(client, userdata, flags, rc):
    print("connected", rc, flush=True)
    client.subscribe(topic_filter)


def on_subscribe(client, userdata, mid, granted_qos):
    print("subscribed", flush=True)


def on_message(client, userdata, message):
    payload = message.payload.decode("utf-8")
    print(message.topic, payload, message.qos, message.retain, flush=True)


def on_disconnect(client, userdata, rc):
    print("disconnected", rc, flush=True)


# paho-mqtt 2 asks which generation of callbacks is meant; 1.6 knows one only.
if hasattr(mqtt, "CallbackAPIVersion"):
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION1)
else:
    client = mqtt.Client()
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.on_disconnect = on_disconnect
client.connect(host, port, keepalive=60)
client.loop_forever()
