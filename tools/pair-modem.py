#!/usr/bin/env python3
"""A CMTS with one modem behind it: relays its DISCOVER and REQUEST to the
servers (RFC 2131, RFC 3046) and prints the address it got.

    tools/pair-modem.py GIADDR MAC SERVER...

GIADDR must be an address of this machine, and port 67 free there.
"""

import socket
import struct
import sys
import time

PATIENCE = 60.0
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5


def packet(number, mac, giaddr, kind, more=b""):
    """A message of the modem as its relay sends it on."""
    head = struct.pack("!BBBBIHH", 1, 1, 6, 1, number, 0, 0)
    head += bytes(12) + socket.inet_aton(giaddr) + mac + bytes(10 + 64 + 128)
    agent = bytes([1, 4, 0, 0, 0, 1, 2, 6]) + mac
    vendor = b"docsis3.0:"
    return (head + b"\x63\x82\x53\x63" + bytes([53, 1, kind, 60, len(vendor)]) + vendor
            + more + bytes([82, len(agent)]) + agent + b"\xff")


def options(data):
    """The options of an answer by their codes."""
    found, at = {}, 240
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        found[data[at]] = data[at + 2:at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return found


def ask(cable, number, message, servers, kind, end):
    """Sends a message to all servers until one gives the wanted answer."""
    while time.monotonic() < end:
        for server in servers:
            cable.sendto(message, (server, 67))
        until = min(end, time.monotonic() + 2)
        while time.monotonic() < until:
            try:
                data = cable.recv(2048)
            except socket.timeout:
                continue
            if struct.unpack("!I", data[4:8])[0] != number:
                continue
            answer = options(data)
            if answer.get(53) == bytes([kind]):
                return data[16:20], answer
    return None, {}


def main():
    """Boots the modem."""
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    giaddr, text, servers = sys.argv[1], sys.argv[2], sys.argv[3:]
    mac = bytes.fromhex(text.replace(":", ""))
    cable = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    cable.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    cable.bind((giaddr, 67))
    cable.settimeout(0.3)
    end = time.monotonic() + PATIENCE
    number = int(time.time()) & 0xFFFFFFFF
    discover = packet(number, mac, giaddr, DISCOVER)
    offered, offer = ask(cable, number, discover, servers, OFFER, end)
    if offered is None:
        sys.exit("no offer")
    more = bytes([50, 4]) + offered + bytes([54, 4]) + offer[54]
    request = packet(number, mac, giaddr, REQUEST, more)
    got, _ = ask(cable, number, request, servers, ACK, end)
    if got is None:
        sys.exit("no acknowledgement")
    print(socket.inet_ntoa(got))


main()
