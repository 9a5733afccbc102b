internal import AIUSystem
internal import CLinux
internal import Glibc

/// Pieces of memory, in the form that the kernel's scatter/gather calls take.
@safe package final class SegmentList {
    private let storage: UnsafeMutablePointer<iovec>
    private let capacity: Int
    private var first = 0
    private var end = 0
    package private(set) var byteCount = 0

    package init(capacity: Int = Limits.chainLength) {
        self.capacity = capacity
        unsafe storage = UnsafeMutablePointer<iovec>.allocate(capacity: capacity)
        unsafe storage.initialize(repeating: iovec(), count: capacity)
    }

    deinit { unsafe storage.deallocate() }

    package var count: Int { end - first }

    package func removeAll() {
        first = 0
        end = 0
        byteCount = 0
    }

    /// Forgets everything from a position on, as `count` gave it.
    func truncate(to count: Int) {
        while self.count > count {
            end -= 1
            byteCount -= unsafe storage[end].iov_len
        }
    }

    /// False when the list is full.
    package func append(_ base: UnsafeMutableRawPointer, _ length: Int) -> Bool {
        guard end < capacity else { return false }
        unsafe storage[end] = iovec(iov_base: base, iov_len: length)
        end += 1
        byteCount += length
        return true
    }

    /// Appends a part of another list: from a segment on, without its first bytes, at most `limit` bytes.
    func append(from other: SegmentList, segments: Range<Int>, dropping: Int, limit: Int) -> Bool {
        var skip = dropping
        var left = limit
        for index in segments where left > 0 {
            let segment = unsafe other.storage[other.first + index]
            let length = unsafe segment.iov_len
            if skip >= length {
                skip -= length
                continue
            }
            let taken = min(length - skip, left)
            guard let base = unsafe segment.iov_base, unsafe append(base + skip, taken) else { return false }
            skip = 0
            left -= taken
        }
        return true
    }

    /// Copies the first bytes out; the caller knows that there are as many.
    package func copyFirst(_ count: Int, to target: UnsafeMutableRawPointer) {
        var copied = 0
        var index = first
        while copied < count, index < end {
            let segment = unsafe storage[index]
            let length = min(unsafe segment.iov_len, count - copied)
            if let base = unsafe segment.iov_base {
                unsafe (target + copied).copyMemory(from: base, byteCount: length)
            }
            copied += length
            index += 1
        }
    }

    /// Copies bytes into the memory, from a segment on.
    func write(_ source: UnsafeRawPointer, _ count: Int, atSegment start: Int) {
        var copied = 0
        var index = first + start
        while copied < count, index < end {
            let segment = unsafe storage[index]
            let length = min(unsafe segment.iov_len, count - copied)
            if let base = unsafe segment.iov_base {
                unsafe base.copyMemory(from: source + copied, byteCount: length)
            }
            copied += length
            index += 1
        }
    }

    package func dropFirst(_ count: Int) {
        var left = count
        while left > 0, first < end {
            let length = unsafe storage[first].iov_len
            if length <= left {
                left -= length
                byteCount -= length
                first += 1
            } else {
                unsafe storage[first].iov_base = storage[first].iov_base.map { unsafe $0 + left }
                unsafe storage[first].iov_len = length - left
                byteCount -= left
                left = 0
            }
        }
    }

    /// Keeps only the first bytes.
    package func keepFirst(_ count: Int) {
        var excess = byteCount - count
        while excess > 0, first < end {
            let length = unsafe storage[end - 1].iov_len
            if length <= excess {
                end -= 1
                excess -= length
                byteCount -= length
            } else {
                unsafe storage[end - 1].iov_len = length - excess
                byteCount -= excess
                excess = 0
            }
        }
    }

    /// Sends without waiting: how many bytes went, 0 when the socket is full.
    func send(to socket: Int32) throws(SystemError) -> Int {
        guard byteCount > 0 else { return 0 }
        let sent = unsafe aiu_send_vector(socket, storage + first, count)
        if sent == -Int(EAGAIN) { return 0 }
        return try SystemError.check(sent, "send to a host program")
    }

    /// Receives without waiting: how many bytes came, 0 at the end, nil when there are none yet.
    func receive(from socket: Int32) throws(SystemError) -> Int? {
        let received = unsafe aiu_receive_vector(socket, storage + first, count)
        if received == -Int(EAGAIN) { return nil }
        return try SystemError.check(received, "receive from a host program")
    }

    /// Visits the pieces in order.
    package func visit(_ body: (UnsafeRawBufferPointer) -> Void) {
        for index in first..<end {
            let segment = unsafe storage[index]
            unsafe body(UnsafeRawBufferPointer(start: segment.iov_base, count: segment.iov_len))
        }
    }
}
