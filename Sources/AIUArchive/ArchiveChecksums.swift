internal import AIUJSON

/// The content of `aiu-checksums.json`: SHA-256 (hex) of each member before it.
struct ArchiveChecksums: Equatable, Codable {
    enum CodingKeys: String, CodingKey {
        case description = "aiu-archive.json"
        case map = "disk.map"
        case data = "disk.data"
    }

    var description: String
    var map: String
    var data: String

    static func parse(_ bytes: [UInt8]) throws(ArchiveError) -> ArchiveChecksums {
        do throws(JSONError) {
            return try JSONText.decode(ArchiveChecksums.self, from: bytes)
        } catch {
            throw .malformed("\(ArchiveFormat.Member.checksums.rawValue) is not as it must be (\(error))")
        }
    }

    func check(against found: ArchiveChecksums) throws(ArchiveError) {
        for (member, stated, read) in [
            (ArchiveFormat.Member.description, description, found.description), (.map, map, found.map),
            (.data, data, found.data),
        ] where stated != read {
            throw ArchiveError(.read, .damaged("the checksum of \(member.rawValue) is wrong"))
        }
    }
}
