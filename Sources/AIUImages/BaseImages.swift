internal import AIUDigest
internal import AIUJSON
package import AIUModel
internal import AIUSystem
internal import Glibc

/// The installed images: `<digest>/{manifest.json,…}`, and a link named for each flavour that points to the newest.
package struct BaseImages: Sendable {
    private static let abandoned = ".old-"
    private static let manifestLimit = 1 << 20
    private static let remedy = "make it with `make image`, or reinstall aiu"

    private let folder: String
    private let verified: VerifiedFiles

    init(folder: String, verified: VerifiedFiles) {
        self.folder = folder
        self.verified = verified
    }

    package func image(flavour: String) throws(ImageError) -> BaseImage {
        let attempt = "use the image \(Excerpt.quoted(flavour))"
        let name = try ImageError.attempting(attempt) { () throws(SystemError) in
            Self.isName(flavour) ? try Self.link(at: "\(folder)/\(flavour)") : nil
        }
        guard let name else {
            let known = flavours()
            let others = known.isEmpty ? "none is installed" : "there are: \(known.joined(separator: ", "))"
            throw .refused(attempt, .unavailable, "no such image is installed (\(others)); \(Self.remedy)")
        }
        let image = try image(digest: name)
        guard image.flavour == flavour else {
            throw .refused(
                attempt, .damaged,
                "\(folder)/\(flavour) leads to an image of the flavour '\(image.flavour)'; \(Self.remedy)")
        }
        return image
    }

    package func image(digest: String) throws(ImageError) -> BaseImage {
        let attempt = "use the image \(Excerpt.quoted(digest))"
        guard DigestName.isDigest(digest) else {
            throw .refused(attempt, .invalid, "an image's digest has 16 hex digits")
        }
        let home = "\(folder)/\(digest)"
        let path = "\(home)/manifest.json"
        let bytes = try ImageError.attempting(attempt) { () throws(SystemError) -> [UInt8]? in
            do throws(SystemError) {
                return try Files.read(path, limit: Self.manifestLimit)
            } catch {
                if error.code == .noSuchFile { return nil }
                throw error
            }
        }
        guard let bytes else {
            throw .refused(attempt, .unavailable, "it is not installed (\(path) is missing); \(Self.remedy)")
        }
        guard SHA256.hex(of: bytes).hasPrefix(digest) else {
            throw .refused(attempt, .damaged, "\(path) was altered: its digest does not match; \(Self.remedy)")
        }
        let manifest = try manifest(bytes, path, attempt)
        try verify(manifest.kernel, in: home, attempt)
        try verify(manifest.root, in: home, attempt)
        return BaseImage(
            flavour: manifest.flavour, digest: digest, kernelPath: "\(home)/\(manifest.kernel.file)",
            rootPath: "\(home)/\(manifest.root.file)", kernelDigest: manifest.kernel.sha256)
    }

    /// The flavours that are installed, sorted.
    package func flavours() -> [String] {
        // A folder that cannot be listed has no images; using one says why.
        ((try? Files.names(in: folder)) ?? []).filter { name in
            Self.isName(name) && (try? Self.link(at: "\(folder)/\(name)")) != nil
        }
    }

    /// Whole images that no flavour points to and that are not to be kept, the broken ones too.
    func unused(keeping digests: Set<String>) throws(ImageError) -> [StoredItem] {
        let attempt = "list the images"
        let (names, newest) = try ImageError.attempting(attempt) { () throws(SystemError) in
            (try Files.names(in: folder), try newestDigests())
        }
        return names.filter { DigestName.isDigest($0) && !digests.contains($0) && !newest.contains($0) }
            .map { StoredItem(name: $0, size: DiskSpace.taken(by: "\(folder)/\($0)")) }
    }

    /// Removes an image in one step; one that is gone is fine.
    func remove(_ digest: String) throws(ImageError) {
        let attempt = "remove the image \(Excerpt.quoted(digest))"
        guard DigestName.isDigest(digest) else {
            throw .refused(attempt, .invalid, "an image's digest has 16 hex digits")
        }
        let newest = try ImageError.attempting(attempt) { () throws(SystemError) in try newestDigests() }
        guard !newest.contains(digest) else {
            throw .refused(attempt, .conflict, "it is the newest of its flavour, and new VMs are made from it")
        }
        try ImageError.attempting(attempt) { () throws(SystemError) in
            let home = "\(folder)/\(digest)"
            guard Files.exists(home) else { return }
            let aside = "\(folder)/\(Self.abandoned)\(digest)"
            try Files.removeTree(aside)
            try Files.rename(home, to: aside)
            try Files.removeTree(aside)
        }
    }

    /// Removes what a crash left half removed.
    func clean() throws(ImageError) {
        try ImageError.attempting("clean \(folder)") { () throws(SystemError) in
            for name in try Files.names(in: folder) where name.hasPrefix(Self.abandoned) {
                try Files.removeTree("\(folder)/\(name)")
            }
        }
    }

    /// Where the flavours' links lead. One that cannot be read keeps everything from being removed.
    private func newestDigests() throws(SystemError) -> Set<String> {
        var digests: Set<String> = []
        for name in try Files.names(in: folder) where Self.isName(name) {
            if let digest = try Self.link(at: "\(folder)/\(name)") { digests.insert(digest) }
        }
        return digests
    }

    private func manifest(
        _ bytes: [UInt8], _ path: String, _ attempt: String
    ) throws(ImageError) -> ImageManifest {
        let format: Int64?
        let parsed: Result<ImageManifest, JSONError>
        do throws(JSONError) {
            // The format first: the rest of a later format may look different.
            let json = try JSON(parsing: bytes)
            format = json["format"]?.integerValue
            parsed = Result { () throws(JSONError) in try JSONText.decode(ImageManifest.self, from: json) }
        } catch {
            throw .refused(attempt, .damaged, "\(path) is no JSON (\(error)); \(Self.remedy)")
        }
        guard format == Int64(ImageManifest.format) else {
            throw .refused(
                attempt, .unsupported,
                "\(path) has the format \(format.map(String.init) ?? "'none'"), and this aiu reads "
                    + "\(ImageManifest.format); install the aiu that the image is for")
        }
        let manifest: ImageManifest
        switch parsed {
        case .success(let value): manifest = value
        case .failure(let error): throw .refused(attempt, .damaged, "\(path): \(error); \(Self.remedy)")
        }
        guard manifest.architecture == ImageManifest.architecture else {
            throw .refused(
                attempt, .unsupported,
                "it is for \(manifest.architecture), and this host is \(ImageManifest.architecture)")
        }
        return manifest
    }

    private func verify(_ part: ImageManifest.Part, in home: String, _ attempt: String) throws(ImageError) {
        guard !part.file.isEmpty, part.file != ".", part.file != "..", !part.file.contains("/") else {
            throw .refused(attempt, .damaged, "its manifest names the file '\(part.file)'; \(Self.remedy)")
        }
        let path = "\(home)/\(part.file)"
        let verdict = try ImageError.attempting(attempt) { () throws(SystemError) in
            try verified.verify(path, bytes: part.bytes, sha256: part.sha256)
        }
        switch verdict {
        case .good: return
        case .missing: throw .refused(attempt, .unavailable, "\(path) is missing; \(Self.remedy)")
        case .altered(let how): throw .refused(attempt, .damaged, "\(path) was altered: \(how); \(Self.remedy)")
        }
    }

    /// Where a link leads; nil when there is none.
    private static func link(at path: String) throws(SystemError) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink(path, &buffer, buffer.count)
        if count < 0 {
            let code = Errno.current
            // EINVAL: there is something, but no link.
            if code == .noSuchFile || code == .invalidArgument { return nil }
            throw SystemError("read the link", path, code: code)
        }
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { nameBytes.contains($0) }
    }
}
