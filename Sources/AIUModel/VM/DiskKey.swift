internal import Glibc

/// What opens an encrypted state disk: a passphrase of 64 hex digits, made from as many random bits as its cipher has. Never
/// swapped out where the host allows that, zeroed when nobody needs it any more.
@safe package final class DiskKey: Equatable, Sendable, CustomStringConvertible {
    package static let length = 64

    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

    /// Nil unless it is as long as a key is. The caller wipes what it gave.
    package init?(_ digits: [UInt8]) {
        guard digits.count == Self.length, digits.allSatisfy(Self.isHexDigit) else { return nil }
        unsafe memory = .allocate(byteCount: Self.length, alignment: 1)
        // A host whose limit is used up only keeps it a little less well.
        _ = unsafe mlock(memory, Self.length)
        unsafe memory.copyMemory(from: digits, byteCount: Self.length)
    }

    deinit {
        unsafe explicit_bzero(memory, Self.length)
        _ = unsafe munlock(memory, Self.length)
        unsafe memory.deallocate()
    }

    package var description: String { "•••" }

    /// The digits, in memory that whoever asked for them wipes.
    package func copy() -> [UInt8] { unsafe Array(UnsafeRawBufferPointer(start: memory, count: Self.length)) }

    package static func == (left: DiskKey, right: DiskKey) -> Bool {
        // Nobody measures how long it takes: an attacker never chooses either of them.
        unsafe memcmp(left.memory, right.memory, length) == 0
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
