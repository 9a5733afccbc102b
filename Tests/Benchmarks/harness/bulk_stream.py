"""Bulk bytes over one stream between host and guest, timed on the host."""

from __future__ import annotations

import socket
import struct
import time

VSOCK_PORT = 5200
CHUNK = 1 << 20

# Runs in the guest: obeys orders on the virtio-serial port and on a vsock port.
# An order is one letter and a count: 'W' writes so many bytes, 'R' reads so many and confirms with one byte.
GUEST_PROGRAM = f"""
import glob, os, socket, struct, threading, time

LARGEST = 1 << 18

def exactly(read, count):
    parts = bytearray()
    while len(parts) < count: parts += read(count - len(parts))
    return parts

def serve(read, write):
    zeros = memoryview(bytes(LARGEST))
    while True:
        order, count = struct.unpack("<cQ", exactly(read, 9))
        if order == b"W":
            while count: count -= write(zeros[:count])
        else:
            while count: count -= len(read(min(count, LARGEST)))
            write(b".")

def read_serial(count):
    while not (part := os.read(port, count)): time.sleep(0.01)  # nobody is connected on the host's side
    return part

port = os.open(glob.glob("/dev/vport*p1")[0], os.O_RDWR)
threading.Thread(target=serve, args=(read_serial, lambda part: os.write(port, part)), daemon=True).start()
listener = socket.socket(socket.AF_VSOCK)
listener.bind((socket.VMADDR_CID_ANY, {VSOCK_PORT}))
listener.listen()
stream, _ = listener.accept()
serve(stream.recv, stream.send)
"""


def to_guest(stream: socket.socket, count: int) -> float:
    """Bytes per second, up to the guest's confirmation that it read all of them."""
    chunk = memoryview(bytes(CHUNK))
    started = time.perf_counter()
    stream.sendall(struct.pack("<cQ", b"R", count))
    sent = 0
    while sent < count:
        part = min(CHUNK, count - sent)
        stream.sendall(chunk[:part])
        sent += part
    if stream.recv(1) != b".":
        raise ConnectionError("the guest did not confirm")
    return count / (time.perf_counter() - started)


def from_guest(stream: socket.socket, count: int) -> float:
    """Bytes per second, from the order to the last byte."""
    buffer = bytearray(CHUNK)
    started = time.perf_counter()
    stream.sendall(struct.pack("<cQ", b"W", count))
    received = 0
    while received < count:
        part = stream.recv_into(buffer)
        if part == 0:
            raise ConnectionError(f"the guest hung up after {received} of {count} bytes")
        received += part
    return count / (time.perf_counter() - started)
