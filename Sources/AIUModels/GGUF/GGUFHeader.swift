/// The header of a GGUF file, versions 2 and 3, read in one pass and in bounded memory.
package struct GGUFHeader: Equatable, Sendable {
    /// Gives the next bytes, at most as many as asked for; none at the end.
    package typealias Source = (Int) throws(GGUFError) -> [UInt8]

    package let version: UInt32
    package let metadata: GGUFMetadata
    package let tensors: TensorTable
    package let size: UInt64
    /// Where the tensors' data begins.
    package let dataOffset: UInt64
    package let alignment: UInt64

    /// Reads as far as the header goes, and up to a piece further.
    package init(_ source: @escaping Source) throws(GGUFError) {
        var input = GGUFInput(source)
        version = try Self.version(&input)
        let tensorCount = try Self.count(&input, "tensors", GGUFLimits.tensors)
        let entryCount = try Self.count(&input, "values", GGUFLimits.entries)
        var metadata = GGUFMetadata()
        try metadata.read(&input, count: entryCount)
        alignment = try Self.alignment(metadata, input)
        var tensors = TensorTable()
        try tensors.read(&input, count: tensorCount, alignment: alignment)
        size = input.offset
        dataOffset = (input.offset + alignment - 1) / alignment * alignment
        self.metadata = metadata
        self.tensors = tensors
    }

    /// A file that is shorter has lost something of its last tensor.
    package var leastFileSize: UInt64 { dataOffset + tensors.dataSize }
    /// Writers may fill the last tensor up to the alignment.
    package var mostFileSize: UInt64 { (leastFileSize + alignment - 1) / alignment * alignment }

    private static func version(_ input: inout GGUFInput) throws(GGUFError) -> UInt32 {
        let magic = Array("GGUF".utf8)
        do throws(GGUFError) {
            guard try input.bytes(4, "its first word") == magic else { throw GGUFError(.notGGUF, at: 0) }
        } catch {
            // Also a file of three bytes is no GGUF.
            if case .truncated = error.reason { throw GGUFError(.notGGUF, at: 0) }
            throw error
        }
        let version = try input.integer(UInt32.self, "its version")
        switch version {
        case 2, 3: return version
        case 1: throw input.error(.unsupported("its GGUF version is 1, which is too old; convert it again"))
        case let other where other.byteSwapped <= 0xff:
            throw input.error(.unsupported("it was made for computers of the other byte order; convert it again"))
        case let other: throw input.error(.unsupported("its GGUF version is \(other), and only 2 and 3 are known"))
        }
    }

    private static func count(
        _ input: inout GGUFInput, _ what: String, _ limit: UInt64
    ) throws(GGUFError) -> UInt64 {
        let count = try input.integer(UInt64.self, "the number of its \(what)")
        guard count <= limit else {
            throw input.error(.excessive("it claims to have \(count) \(what), and \(limit) is the most"))
        }
        return count
    }

    private static func alignment(_ metadata: GGUFMetadata, _ input: GGUFInput) throws(GGUFError) -> UInt64 {
        guard let value = metadata["general.alignment"] else { return 32 }
        guard let alignment = value.count, (1...GGUFLimits.alignment).contains(alignment),
            alignment & (alignment - 1) == 0
        else { throw input.error(.malformed("'general.alignment' is no power of two up to \(GGUFLimits.alignment)")) }
        return alignment
    }
}
