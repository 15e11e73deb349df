"""A line between two network namespaces: real packets, which take a time and of which some are lost.

usage: line.py NUMBER PID PID    of a process in each namespace, which get 10.99.NUMBER.1 and 10.99.NUMBER.2
A line "DELAY_MS LOST_OF_100" on stdin sets what happens to each packet in both directions; the answer on stdout is how
many were passed on and lost before. At the end of
stdin it passes on what has been sent, and ends.
"""

import ctypes
import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN_WITHOUT_HEADER = 0x0001 | 0x1000


def end_in(pid, number, own):
    """Makes a network device in the namespace of a process, and gives its descriptor."""
    with open(f"/proc/{pid}/ns/net") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"no namespace of process {pid}")
    name = f"line{number}"
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN_WITHOUT_HEADER))
    for words in (
        f"address add 10.99.{number}.{own} peer 10.99.{number}.{3 - own} dev {name}",
        f"link set {name} up",
        "link set lo up",
    ):
        subprocess.run(["ip", *words.split()], check=True)
    return tun


def main(number, one, other):
    ends = [end_in(one, number, 1), end_in(other, number, 2)]
    opposite = {ends[0]: ends[1], ends[1]: ends[0]}
    waiting = []
    delay = lost_of_100 = 0
    passed = lost = count = 0
    sources = [0, *ends]
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, end, packet = heapq.heappop(waiting)
            os.write(end, packet)
        is_ending = 0 not in sources
        until_next = waiting[0][0] - now if waiting else 0 if is_ending else None
        found = select.select(sources, [], [], until_next)[0]
        if is_ending and not found and not waiting:
            return
        for readable in found:
            if readable == 0:
                words = sys.stdin.readline().split()
                if not words:
                    sources.remove(0)
                    continue
                delay, lost_of_100 = int(words[0]) / 1000, int(words[1])
                print(passed, lost, flush=True)
                passed = lost = 0
                continue
            packet = os.read(readable, 65536)
            count += 1
            # Evenly: as many are lost each time.
            if count * lost_of_100 // 100 != (count - 1) * lost_of_100 // 100:
                lost += 1
                continue
            passed += 1
            heapq.heappush(waiting, (time.monotonic() + delay, count, opposite[readable], packet))


main(*map(int, sys.argv[1:]))
