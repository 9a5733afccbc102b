internal import AIUModel
internal import AIUSystem

extension Routes {
    /// VMs as single files.
    static let archives: [Route] = [
        Route(
            method: .get, template: "/v1/vms/{name}/export", identifier: "exportVM", permission: .read,
            summary: "Upgrades to `aiu-archive`: `data` frames with the archive's bytes, then `done`, or `failed`.",
            query: [.init(name: "live", schema: .boolean, note: "Also when it runs: it is paused meanwhile.")],
            answer: .upgrade, refusals: [.invalid, .notFound, .conflict, .busy, .unavailable],
            disclosesContents: true
        ) { request, context async throws(Failure) in
            try request.checkUpgrade(to: APIVersion.archiveUpgrade)
            let place = try context.operations.reserve()
            let name = try request.name()
            let machine = HeldDescriptor(
                owning: try await context.control.beginExport(of: name, live: request.flag("live")))
            context.log.info("\(request.actor): export of \(name): begun")
            let operations = context.operations
            return .upgrade(to: APIVersion.archiveUpgrade) {
                operations.connect($0, to: machine, for: request.running, isFramed: true, place: place)
            }
        },
        Route(
            method: .post, template: "/v1/import", identifier: "importVM", permission: .operate,
            summary: """
                Upgrades to `aiu-archive`: the client sends `data` frames and `done`; the answer is `done` with the new \
                VM's view, or `failed`.
                """,
            query: [
                .init(name: "name", schema: .text(atMost: 63), note: "The new VM's name; the archive's when left out.")
            ],
            answer: .upgrade, refusals: [.invalid, .conflict, .noSpace, .unavailable]
        ) { request, context async throws(Failure) in
            try request.checkUpgrade(to: APIVersion.archiveUpgrade)
            let place = try context.operations.reserve()
            let name = try request.query["name"].map { text throws(Failure) in try Request.name(text) }
            let machine = HeldDescriptor(owning: try await context.control.beginImport(as: name, for: request.owner))
            let operations = context.operations
            return .upgrade(to: APIVersion.archiveUpgrade) {
                operations.connect($0, to: machine, for: request.running, isFramed: true, place: place)
            }
        },
    ]
}
