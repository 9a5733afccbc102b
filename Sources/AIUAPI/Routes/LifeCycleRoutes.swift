internal import AIUModel
internal import AIUSystem

extension Routes {
    private static let view = Schema.reference("VMView")
    private static let oneVM: [Failure.Reason] = [.invalid, .notFound, .conflict, .busy]

    /// What can be done with a VM beside starting and stopping it.
    static let lives: [Route] = [
        Route(
            method: .patch, template: "/v1/vms/{name}", identifier: "updateVM", permission: .operate,
            summary: "Changes what is only written down of a VM: protection and labels.",
            body: .json("UpdateVM", optional: false), answer: .json(200, view), refusals: oneVM
        ) { request, context async throws(Failure) in
            try .value(try await context.control.update(try request.name(), try request.decode(UpdateVM.self)))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/pause", identifier: "pauseVM", permission: .operate,
            summary: "Holds a running VM's processors; one that is held already stays so.", answer: .json(200, view),
            refusals: oneVM + [.unavailable]
        ) { request, context async throws(Failure) in
            try .value(try await context.control.pause(try request.name()))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/resume", identifier: "resumeVM", permission: .operate,
            summary: "Lets a paused VM go on; one that runs already does.", answer: .json(200, view),
            refusals: oneVM + [.unavailable]
        ) { request, context async throws(Failure) in
            try .value(try await context.control.resume(try request.name()))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/rename", identifier: "renameVM", permission: .operate,
            summary: "Gives a VM another name; its host name follows at its next start.",
            body: .json("RenameVM", optional: false), answer: .json(200, view), refusals: oneVM
        ) { request, context async throws(Failure) in
            let order = try request.decode(RenameVM.self)
            return try .value(
                try await context.control.rename(try request.name(), to: try Request.name(order.name)))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/clone", identifier: "cloneVM", permission: .operate,
            summary: "Makes a stopped VM with a copy of another one's disk.",
            body: .json("CloneVM", optional: true), answer: .json(201, view), refusals: oneVM + [.noSpace]
        ) { request, context async throws(Failure) in
            var order = try request.decode(CloneVM.self)
            order.owner = request.owner
            return try .value(try await context.control.clone(try request.name(), order), status: 201)
        },
        Route(
            method: .get, template: "/v1/vms/{name}/attach", identifier: "attachVM", permission: .operate,
            summary: "Upgrades to `aiu-console`: the bytes of a VM's serial port, both ways.", answer: .upgrade,
            refusals: [.invalid, .notFound, .conflict, .busy, .unavailable], disclosesContents: true
        ) { request, context async throws(Failure) in
            try request.checkUpgrade(to: APIVersion.consoleUpgrade)
            let place = try context.operations.reserve()
            let name = try request.name()
            let machine = HeldDescriptor(owning: try await context.control.attach(name))
            context.log.info("\(request.actor): attached to the console of \(name)")
            let operations = context.operations
            return .upgrade(to: APIVersion.consoleUpgrade) {
                operations.connect($0, to: machine, for: request.running, isFramed: false, place: place)
            }
        },
    ]

    /// VMs that were deleted and are kept for a time.
    static let deleted: [Route] = [
        Route(
            method: .get, template: "/v1/deleted", identifier: "listDeletedVMs", permission: .see,
            summary: "Deleted VMs that can still be recovered, the last deleted first.",
            query: [selector], answer: .json(200, .array(of: view)), refusals: [.invalid]
        ) { request, context async throws(Failure) in
            let selector = try request.selector()
            return try .value(
                await context.control.deletedVMs().filter { selector?.matches($0.record.labels) ?? true })
        },
        Route(
            method: .post, template: "/v1/deleted/{reference}/recover", identifier: "recoverVM", permission: .operate,
            summary: "Makes a deleted VM, named or by its identifier, a stopped one again.",
            body: .json("RecoverVM", optional: true), answer: .json(200, view), refusals: oneVM
        ) { request, context async throws(Failure) in
            let order = try request.decode(RecoverVM.self)
            let name = try order.name.map { text throws(Failure) in try Request.name(text) }
            return try .value(try await context.control.recover(try request.reference(), as: name))
        },
        Route(
            method: .delete, template: "/v1/deleted/{reference}", identifier: "purgeVM", permission: .operate,
            summary: "Removes a deleted VM, named or by its identifier, for good.", answer: .none(204),
            refusals: oneVM
        ) { request, context async throws(Failure) in
            try await context.control.purge(try request.reference())
            return .empty
        },
        Route(
            method: .post, template: "/v1/prune", identifier: "prune", permission: .operate,
            summary: "Sweeps away what was chosen and nothing needs, or only says what that would be.",
            body: .json("PruneSystem", optional: false), answer: .json(200, .reference("PruneReport")),
            refusals: [.invalid, .busy]
        ) { request, context async throws(Failure) in
            try .value(try await context.control.prune(try request.decode(PruneSystem.self)))
        },
    ]
}
