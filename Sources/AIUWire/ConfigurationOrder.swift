/// The host's order to live by another configuration from now on. The document travels as it is, because its digest
/// is over its bytes: eight bytes of revision, little-endian, then the text.
package struct ConfigurationOrder: Equatable, Sendable {
    /// The guest's file has this size.
    package static let longestDocument = 32 * 1024
    private static let headerLength = 8

    package let revision: UInt64
    package let document: [UInt8]

    package init(revision: UInt64, document: [UInt8]) throws(WireError) {
        guard !document.isEmpty, document.count <= Self.longestDocument else {
            throw .malformed(.configure, "a document has 1 to \(Self.longestDocument) bytes, not \(document.count)")
        }
        self.revision = revision
        self.document = document
    }

    package init(_ frame: Frame) throws(WireError) {
        guard frame.payload.count >= Self.headerLength else { throw .malformed(.configure, "it has no revision") }
        let revision = frame.payload[..<Self.headerLength].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        try self.init(revision: revision, document: Array(frame.payload[Self.headerLength...]))
    }

    package var frame: Frame {
        let number = (0..<Self.headerLength).map { UInt8(truncatingIfNeeded: revision >> (8 * $0)) }
        return Frame(.configure, number + document)
    }
}
