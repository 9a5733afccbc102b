import AIUJSON
import AIUModel
import AIUSystem
import AIUWire

extension FakeControl {
    func pause(_ name: VMName) async throws(Failure) -> VMView {
        try move(name, to: .paused, from: [.running, .paused])
    }

    func resume(_ name: VMName) async throws(Failure) -> VMView {
        try move(name, to: .running, from: [.running, .paused])
    }

    private func move(_ name: VMName, to phase: VMPhase, from phases: [VMPhase]) throws(Failure) -> VMView {
        var view = try find(name)
        guard phases.contains(view.record.phase) else { throw Failure(.conflict, "'\(name)' is \(view.record.phase)") }
        view.record.phase = phase
        views[name] = view
        return view
    }

    func delete(_ name: VMName, _ request: DeleteVM) async throws(Failure) {
        var view = try find(name)
        guard !view.record.protected else { throw Failure(.conflict, "'\(name)' is protected") }
        guard request.force || view.record.phase == .stopped else { throw Failure(.conflict, "'\(name)' is running") }
        views[name] = nil
        guard !request.purge else { return }
        view.record.phase = .deleted
        view.record.deleted = 5000
        view.record.keptUntil = 9000
        kept.insert(view, at: 0)
    }

    func logs(ofDeleted reference: VMReference) async throws(Failure) -> LogFiles {
        _ = try place(of: reference)
        return logFiles
    }

    func deletedVMs() async -> [VMView] { kept }

    private func place(of reference: VMReference) throws(Failure) -> Int {
        let place = kept.firstIndex { $0.record.name == reference.name || $0.record.id == reference.id }
        guard let place else { throw Failure(.notFound, "no deleted VM '\(reference)' is kept") }
        return place
    }

    func recover(_ reference: VMReference, as name: VMName?) async throws(Failure) -> VMView {
        let index = try place(of: reference)
        var view = kept[index]
        view.record.name = name ?? view.record.name
        guard views[view.record.name] == nil else { throw Failure(.conflict, "'\(view.record.name)' is taken") }
        view.record.phase = .stopped
        view.record.deleted = nil
        view.record.keptUntil = nil
        views[view.record.name] = view
        kept.remove(at: index)
        return view
    }

    func purge(_ reference: VMReference) async throws(Failure) { kept.remove(at: try place(of: reference)) }

    func rename(_ name: VMName, to new: VMName) async throws(Failure) -> VMView {
        var view = try find(name)
        guard name == new || views[new] == nil else { throw Failure(.conflict, "there is a VM '\(new)' already") }
        views[name] = nil
        view.record.name = new
        views[new] = view
        return view
    }

    func clone(_ name: VMName, _ request: CloneVM) async throws(Failure) -> VMView {
        let view = try find(name)
        guard view.record.phase == .stopped || request.live == true else {
            throw Failure(.conflict, "'\(name)' runs; `--live` pauses it")
        }
        return try await create(CreateVM(name: request.name ?? "\(name)-2"))
    }

    func update(_ name: VMName, _ request: UpdateVM) async throws(Failure) -> VMView {
        var view = try find(name)
        if let protected = request.protected { view.record.protected = protected }
        var changes = (request.labels ?? [:]).mapValues { Optional($0) }
        for key in request.removedLabels ?? [] { changes.updateValue(nil, forKey: key) }
        view.record.labels = try view.record.labels.changed(by: changes)
        views[name] = view
        return view
    }

    func prune(_ request: PruneSystem) async throws(Failure) -> PruneReport {
        let items = kept.map { view in
            PruneReport.Item(kind: .deletedVM, name: view.record.name.text, size: .mebibytes(3))
        }
        if request.deleted, !request.dryRun { kept = [] }
        return PruneReport(dryRun: request.dryRun, items: request.deleted ? items : [])
    }

    func profiles() async throws(Failure) -> [Profile] { presets.values.sorted { $0.name < $1.name } }

    func setProfile(_ profile: Profile) async throws(Failure) -> Profile {
        presets[profile.name] = profile
        return profile
    }

    func deleteProfile(_ name: ProfileName) async throws(Failure) {
        guard presets.removeValue(forKey: name) != nil else { throw Failure(.notFound, "no profile '\(name)'") }
    }

    /// A console that says hello and then echoes.
    func attach(_ name: VMName) async throws(Failure) -> Int32 {
        guard try find(name).record.phase == .running else { throw Failure(.conflict, "'\(name)' does not run") }
        return try socket { socket in
            try socket.writeAll(Array("console\n".utf8))
            while let bytes = try socket.read(upTo: 4096), !bytes.isEmpty { try socket.writeAll(bytes) }
        }
    }

    // MARK: Configuration

    func configuration(of name: VMName) async throws(Failure) -> ConfigurationView {
        let record = try find(name).record
        return ConfigurationView(
            document: record.configuration, digest: record.configurationDigest, revision: revisions.count + 1,
            digestInGuest: nil, waiting: ["resources.ram"])
    }

    func apply(_ request: ApplyConfiguration, to name: VMName) async throws(Failure) -> ConfigurationOutcome {
        let record = try find(name).record
        orders.append(request)
        if request.changes?.contains("refuse") == true { throw Failure(.invalid, "line 1: no such field") }
        if request.dryRun != true {
            revisions.insert(
                ConfigurationRevision(
                    revision: revisions.count + 2, time: 7, state: .waiting, document: request.document ?? "{}",
                    digest: record.configurationDigest, note: "a test"), at: 0)
        }
        return ConfigurationOutcome(
            dryRun: request.dryRun ?? false,
            changes: [
                FieldChange(field: "location", before: nil, after: #""here""#, effect: .live),
                FieldChange(field: "resources.ram", before: "1", after: "2", effect: .needsRestart, reason: "memory"),
            ], revision: revisions.count + 1, confirmed: true)
    }

    func configurationHistory(of name: VMName, limit: Int) async throws(Failure) -> [ConfigurationRevision] {
        _ = try find(name)
        return Array(revisions.prefix(limit))
    }

    // MARK: Archives

    static let archive = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }

    func beginExport(of name: VMName, live: Bool) async throws(Failure) -> Int32 {
        let view = try find(name)
        guard live || view.record.phase == .stopped else { throw Failure(.conflict, "'\(name)' runs") }
        return try socket { socket in
            for start in stride(from: 0, to: Self.archive.count, by: 50_000) {
                let part = Self.archive[start..<min(start + 50_000, Self.archive.count)]
                try socket.writeAll(Frame(.data, Array(part)).encoded)
            }
            try socket.writeAll(Frame(.done).encoded)
        }
    }

    /// Takes what `archive` is, and refuses anything else at the first wrong part.
    func beginImport(as name: VMName?, for owner: VMOwner?) async throws(Failure) -> Int32 {
        imports.append(name)
        let view = Self.view(name?.text ?? "imported")
        let broke = importBroke
        return try socket { socket in
            var decoder = FrameDecoder()
            var received: [UInt8] = []
            while let bytes = try socket.read(upTo: 65536), !bytes.isEmpty {
                decoder.feed(bytes)
                while let frame = try decoder.next() {
                    received += frame.payload
                    if !Self.archive.starts(with: received) {
                        let failure = Failure(.damaged, "the archive is damaged at byte 7")
                        return try socket.writeAll(Frame(.failed, try JSONText.encode(failure)).encoded)
                    }
                    guard frame.kind == .done else { continue }
                    return try socket.writeAll(Frame(.done, try JSONText.encode(view)).encoded)
                }
            }
            broke.raise()
        }
    }
}
