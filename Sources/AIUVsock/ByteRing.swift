internal import AIUSystem
internal import CLinux
internal import Glibc

/// Bytes that a host program has not taken yet; never more than the window that the guest was given.
@safe package final class ByteRing {
    package let capacity: Int
    private let storage: UnsafeMutableRawPointer
    private var start = 0
    package private(set) var count = 0

    package init(capacity: Int) {
        self.capacity = capacity
        // Untouched pages cost nothing, so the whole window can be reserved at once.
        unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    }

    deinit { unsafe storage.deallocate() }

    /// Appends everything; the caller has checked the window, so it fits. False says that it did not.
    package func append(_ segments: SegmentList) -> Bool {
        guard segments.byteCount <= capacity - count else { return false }
        unsafe segments.visit { unsafe append($0) }
        return true
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        let position = (start + count) % capacity
        let head = min(bytes.count, capacity - position)
        unsafe (storage + position).copyMemory(from: source, byteCount: head)
        unsafe storage.copyMemory(from: source + head, byteCount: bytes.count - head)
        count += bytes.count
    }

    /// Sends what the socket takes without waiting; how many bytes that was.
    func send(to socket: Int32) throws(SystemError) -> Int {
        guard count > 0 else { return 0 }
        let head = min(count, capacity - start)
        let sent = unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
            unsafe parts[0] = iovec(iov_base: storage + start, iov_len: head)
            unsafe parts[1] = iovec(iov_base: storage, iov_len: count - head)
            return unsafe aiu_send_vector(socket, parts.baseAddress, count == head ? 1 : 2)
        }
        if sent == -Int(EAGAIN) { return 0 }
        try SystemError.check(sent, "send to a host program")
        start = (start + sent) % capacity
        count -= sent
        return sent
    }

    package func removeAll() {
        start = 0
        count = 0
    }
}
