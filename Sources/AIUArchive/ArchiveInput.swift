/// The bytes of an archive as they come, cut into members.
struct ArchiveInput: Sendable {
    private let source: ArchiveReader.Source

    init(_ source: @escaping ArchiveReader.Source) { self.source = source }

    /// The size of the member that comes next, which must be this one.
    mutating func header(_ member: ArchiveFormat.Member) throws(ArchiveError) -> UInt64 {
        let header = try TarHeader.parse(try bytes(TarHeader.length))
        guard header.name == member.rawValue else {
            throw .malformed("\(member.rawValue) is not where it must be")
        }
        return header.size
    }

    /// A whole small member.
    mutating func member(_ member: ArchiveFormat.Member, atMost limit: Int) throws(ArchiveError) -> [UInt8] {
        let size = try header(member)
        guard size <= UInt64(limit) else {
            throw .malformed("\(member.rawValue) has \(size) bytes, and \(limit) is the most")
        }
        let content = try bytes(Int(size))
        try padding(after: size)
        return content
    }

    /// Exactly so many bytes. Memory grows with what really comes, not with what was stated.
    mutating func bytes(_ count: Int) throws(ArchiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let part = try source(min(count - bytes.count, ArchiveFormat.pieceSize))
            guard !part.isEmpty else { throw ArchiveError(.read, .truncated) }
            bytes += part
        }
        return bytes
    }

    mutating func padding(after size: UInt64) throws(ArchiveError) {
        guard try bytes(TarHeader.padding(after: size)).allSatisfy({ $0 == 0 }) else {
            throw .malformed("there is something between its members")
        }
    }

    /// Two empty blocks, some more zeros at most, and nothing else.
    mutating func end() throws(ArchiveError) {
        guard try bytes(2 * TarHeader.length).allSatisfy({ $0 == 0 }) else {
            throw .malformed("there is something after its last member")
        }
        var seen = 0
        while true {
            let rest = try source(ArchiveFormat.pieceSize)
            if rest.isEmpty { return }
            seen += rest.count
            guard seen <= ArchiveFormat.longestPadding, rest.allSatisfy({ $0 == 0 }) else {
                throw .malformed("there is something after its end")
            }
        }
    }
}
