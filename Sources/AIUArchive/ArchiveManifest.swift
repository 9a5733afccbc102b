internal import AIUJSON
internal import AIUModel

/// The content of `aiu-archive.json`.
struct ArchiveManifest: Equatable, Codable {
    let format: Int
    /// The version of the aiu that wrote it.
    let product: String
    let vm: ArchivedVM

    init(_ vm: ArchivedVM) {
        format = ArchiveFormat.current
        product = APIVersion.product
        self.vm = vm
    }

    static func parse(_ bytes: [UInt8]) throws(ArchiveError) -> ArchiveManifest {
        let name = ArchiveFormat.Member.description.rawValue
        let json: JSON
        let parsed: Result<ArchiveManifest, JSONError>
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
            parsed = Result { () throws(JSONError) in try JSONText.decode(ArchiveManifest.self, from: json) }
        } catch {
            throw .malformed("\(name) is no JSON (\(error))")
        }
        // The format first: the rest of a later one may look different.
        guard let format = json["format"]?.integerValue, format >= 1 else {
            throw .malformed("\(name) names no format")
        }
        guard format <= Int64(ArchiveFormat.current) else { throw ArchiveError(.read, .newerFormat(format)) }
        switch parsed {
        case .success(let manifest): return manifest
        case .failure(let error): throw .malformed("\(name) is not as it must be (\(error))")
        }
    }
}
