internal import AIUCommandLine

/// Whole lines of bytes that come in pieces.
struct LineSplitter {
    private let longest: Int
    private(set) var rest: [UInt8] = []
    /// Lines so far.
    private(set) var count = 0

    init(longest: Int) { self.longest = longest }

    /// Hands each line out, without its end; false when it was told to stop.
    mutating func feed(
        _ piece: [UInt8], _ take: (_ line: UnsafeRawBufferPointer, _ number: Int) throws -> Bool
    ) throws -> Bool {
        unsafe try piece.withUnsafeBytes { bytes in
            var part = unsafe bytes
            while let end = unsafe part.firstIndex(of: 0x0A) {
                count += 1
                let goesOn: Bool
                if rest.isEmpty {
                    goesOn = unsafe try take(UnsafeRawBufferPointer(rebasing: part[..<end]), count)
                } else {
                    unsafe rest.append(contentsOf: part[..<end])
                    goesOn = unsafe try rest.withUnsafeBytes { unsafe try take($0, count) }
                    rest.removeAll(keepingCapacity: true)
                }
                guard goesOn else { return false }
                unsafe part = UnsafeRawBufferPointer(rebasing: part[(end + 1)...])
            }
            unsafe rest.append(contentsOf: part)
            guard rest.count <= longest else {
                throw Problem(.badData, "line \(count + 1) is too long to be one of an audit")
            }
            return true
        }
    }
}
