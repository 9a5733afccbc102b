internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// Somebody in the audit: a number that says nothing, and the key of what it says about them.
struct AuditPerson: Equatable, Sendable, CustomStringConvertible {
    static let idLength = 8

    let id: String
    let user: UInt32?
    let name: String?
    let key: [UInt8]

    var description: String { id }

    init(id: String, user: UInt32?, name: String?, key: [UInt8]) {
        self.id = id
        self.user = user
        self.name = name
        self.key = key
    }

    /// As a file keeps it.
    init?(parsing bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let id = json["id"]?.stringValue,
            Hex.parse(id, count: Self.idLength) != nil,
            let key = json["key"]?.stringValue.flatMap({ Hex.parse($0, count: AuditBox.keyLength) })
        else { return nil }
        self.init(
            id: id, user: json["user"]?.integerValue.flatMap { UInt32(exactly: $0) }, name: json["name"]?.stringValue,
            key: key)
    }

    var text: [UInt8] {
        var json: JSON = ["id": .string(id), "key": .string(Hex.text(key))]
        if let user { json["user"] = .integer(Int64(user)) }
        if let name { json["name"] = .string(name) }
        return json.bytes(pretty: false)
    }

    /// Users of the host by their number, others by their name.
    static func identity(_ actor: AuditActor) -> String? {
        actor.user.map { "#\($0)" } ?? actor.name.map { "@\($0)" }
    }

    var identity: String { user.map { "#\($0)" } ?? "@\(name ?? "")" }
}
