internal import AIUClient
internal import AIUCommandLine
internal import AIUDigest
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// `aiu model pull`: fetches a model as the person who types, and adds it.
struct PullModelVerb {
    private static let idleLimit: Duration = .seconds(60)
    private static let usualMost = ByteCount.gibibytes(64)
    private static let sizes: ClosedRange<UInt64> = 1...1 << 50

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let address = try ModelAddress(try arguments.required("url"))
        let name = try name(for: address)
        let role = try arguments.option("use").map(ModelVerb.role)
        let digest = try arguments.option("sha256").map(Self.digest)
        let most = try arguments.size("most", in: Self.sizes).map { ByteCount(bytes: $0) } ?? Self.usualMost
        if address.scheme == "http", digest == nil {
            throw Problem(.usage, "http says nothing of who sends; give what is expected with `--sha256`, or use https")
        }
        try requireFree(name)
        let signals = try NewVM.signals()
        let download = try ModelDownload(
            address, in: try Self.folder(), key: String(SHA256.hex(of: Array(address.text.utf8)).prefix(24)),
            atMost: most, isCompared: digest != nil, signals)
        try fetch(download, address, digest)
        let view: ModelView = try add(download, AddModel(name: name, role: role))
        try download.remove()
        try session.answer(
            try JSON(encoding: view), names: { [name.text] }, table: { AddModelVerb.sentence(view, role: role) })
        return 0
    }

    private func fetch(
        _ download: borrowing ModelDownload, _ address: ModelAddress, _ digest: ModelDigest?
    ) throws {
        let title = "fetching \(address.shown)"
        let line = Progress.start(title, isQuiet: !session.showsProgress)
        defer { line.finish() }
        do {
            try download.run { line.update("\(title): \(SizeText.approximate($0))") }
            guard let digest else { return }
            line.update("checking \(address.shown)")
            let found = try download.digest()
            guard found == digest.hex else {
                try download.remove()
                throw Problem(
                    .badData, "the SHA-256 of \(address.shown) is \(found) instead of \(digest); nothing of it is kept")
            }
        } catch ClientError.interrupted(let signal) {
            line.finish()
            if download.isKept {
                Program.tell("what came of \(address.shown) is kept; the same command goes on there")
            }
            throw ClientError.interrupted(signal: signal)
        }
    }

    private func add(_ download: borrowing ModelDownload, _ order: AddModel) throws -> ModelView {
        let input = try UploadSource(download.whole, of: "a model")
        var order = order
        order.size = try input.size()
        let whole = order.size.map { " of \(SizeText.approximate($0.bytes))" } ?? ""
        do {
            return try input.send(
                Calls.addModel(order), "adding '\(order.name)'", whole: whole, idleLimit: Self.idleLimit, session)
        } catch let problem as Problem where problem.status == ExitCode.badData.rawValue {
            // It would be refused the next time, too.
            try download.remove()
            throw problem
        }
    }

    /// Said before gigabytes come.
    private func requireFree(_ name: ModelName) throws {
        try session.limitWaits()
        let known: [ModelView] = try session.client.value(Calls.models)
        guard !known.contains(where: { $0.record.name == name }) else {
            throw Problem(
                .cannotCreate,
                "there is a model '\(name)' already; choose another name with `--name`, or remove that one first")
        }
    }

    private func name(for address: ModelAddress) throws -> ModelName {
        if let text = session.arguments.option("name") { return try ModelVerb.name(text) }
        guard let name = address.modelName else { throw session.arguments.error("name the model with `--name`") }
        return name
    }

    private static func digest(_ text: String) throws(Problem) -> ModelDigest {
        guard let digest = ModelDigest(text.lowercased()) else {
            throw Problem(.usage, "\(Excerpt.quoted(text)) is not a SHA-256: 64 digits, 0 to 9 and a to f")
        }
        return digest
    }

    /// The person's own cache: what is half there belongs to whoever fetches it.
    private static func folder() throws -> String {
        if let cache = ProcessEnvironment.value("XDG_CACHE_HOME"), cache.hasPrefix("/") { return "\(cache)/aiu/pull" }
        guard let home = ProcessEnvironment.value("HOME"), home.hasPrefix("/") else {
            throw Problem(.usage, "neither XDG_CACHE_HOME nor HOME says where to keep what is fetched")
        }
        return "\(home)/.cache/aiu/pull"
    }
}
