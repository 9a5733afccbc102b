/// One file, folder or link of a copied tree; a file's data frames follow it.
package struct TransferEntry: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable { case file, folder, link }

    /// Relative to the copied thing, components joined by `/`; empty for the thing itself.
    package var path: String
    package var kind: Kind
    /// Permission bits only.
    package var mode: UInt32
    package var size: UInt64
    /// Milliseconds since 1970.
    package var modified: Int64
    /// Where a link points.
    package var target: String?

    package init(path: String, kind: Kind, mode: UInt32, size: UInt64, modified: Int64, target: String? = nil) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.size = size
        self.modified = modified
        self.target = target
    }
}

/// What a finished copy moved.
package struct TransferSummary: Codable, Equatable, Sendable {
    package var entries: Int
    package var bytes: UInt64
    /// What the sender left out and why; a few at most.
    package var warnings: [String]

    package init(entries: Int, bytes: UInt64, warnings: [String] = []) {
        self.entries = entries
        self.bytes = bytes
        self.warnings = warnings
    }
}
