/// The path of an entry below the copied thing: names that cannot lead anywhere else.
struct EntryPath: Equatable {
    let components: [String]

    /// The empty text is the copied thing itself.
    init(_ text: String, limits: TransferLimits) throws(TransferError) {
        guard text.utf8.count <= TransferLimits.longestPath else {
            throw .broken(String(text.prefix(80)) + "…", "its path is longer than \(TransferLimits.longestPath) bytes")
        }
        components = text.isEmpty ? [] : text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard components.count <= limits.depth else {
            throw .broken(text, "it lies more than \(limits.depth) folders deep")
        }
        for name in components {
            if let problem = Self.problem(with: name) { throw .broken(text, problem) }
        }
    }

    /// Why a name cannot be one step of a path, nil when it can.
    static func problem(with name: String) -> String? {
        switch name {
        case "": "its path has an empty part"
        case ".", "..": "its path contains '\(name)', which could lead out of the copy"
        case _ where name.utf8.contains(0): "its path contains a zero byte"
        case _ where name.utf8.contains(UInt8(ascii: "/")): "its name contains a slash"
        case _ where name.utf8.count > TransferLimits.longestName:
            "one of its names is longer than \(TransferLimits.longestName) bytes"
        case _: nil
        }
    }
}
