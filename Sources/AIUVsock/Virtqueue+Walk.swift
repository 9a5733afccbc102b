extension Virtqueue {
    private struct Descriptor {
        static let next: UInt16 = 1
        static let write: UInt16 = 2
        static let indirect: UInt16 = 4

        let address: UInt64
        let length: UInt32
        let flags: UInt16
        let next: UInt16

        /// Reads each half once; what is checked is what is used.
        init(_ table: UnsafeMutableRawPointer, _ index: Int) {
            address = unsafe SharedWord.load(table + 16 * index)
            let rest = unsafe SharedWord.load(table + 16 * index + 8)
            length = UInt32(truncatingIfNeeded: rest)
            flags = UInt16(truncatingIfNeeded: rest >> 32)
            next = UInt16(truncatingIfNeeded: rest >> 48)
        }

        func has(_ flag: UInt16) -> Bool { flags & flag != 0 }
    }

    /// Follows a chain, an indirect table at its end included, and appends its segments to the list.
    func walk(_ head: UInt16, into list: SegmentList) throws(RingFault) {
        guard var table = unsafe descriptors else { return }
        var count = Int(size)
        var index = Int(head)
        var isIndirect = false
        // Each table bounds its own part of the walk: more steps than entries are a loop.
        var steps = 0
        while true {
            guard steps < count else { throw .chainTooLong }
            steps += 1
            let descriptor = unsafe Descriptor(table, index)
            if descriptor.has(Descriptor.indirect) {
                guard allowsIndirect else { throw .indirectNotOffered }
                guard !isIndirect else { throw .indirectNested }
                guard !descriptor.has(Descriptor.next) else { throw .indirectWithNext }
                guard descriptor.length > 0, descriptor.length % 16 == 0,
                    descriptor.length <= UInt32(Limits.chainLength * 16)
                else { throw .indirectLength(descriptor.length) }
                guard let inner = unsafe memory.pointer(guest: descriptor.address, UInt64(descriptor.length)),
                    UInt(bitPattern: inner) % 8 == 0
                else { throw .outsideMemory(address: descriptor.address, length: descriptor.length) }
                unsafe table = inner
                count = Int(descriptor.length / 16)
                index = 0
                steps = 0
                isIndirect = true
                continue
            }
            try append(descriptor, to: list)
            guard descriptor.has(Descriptor.next) else { return }
            guard descriptor.next < count else { throw .nextOutOfRange(descriptor.next) }
            index = Int(descriptor.next)
        }
    }

    private func append(_ descriptor: Descriptor, to list: SegmentList) throws(RingFault) {
        guard descriptor.has(Descriptor.write) == (direction == .toGuest) else { throw .wrongDirection }
        guard descriptor.length > 0 else { throw .emptyDescriptor }
        guard let pointer = unsafe memory.pointer(guest: descriptor.address, UInt64(descriptor.length)) else {
            throw .outsideMemory(address: descriptor.address, length: descriptor.length)
        }
        guard unsafe list.append(pointer, Int(descriptor.length)) else { throw .chainTooLong }
    }
}
