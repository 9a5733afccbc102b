package import AIUModel

extension Supervisor {
    /// Sweeps away what was chosen. What cannot go is named with its reason; the rest goes all the same.
    package func prune(_ request: PruneSystem) async throws(Failure) -> PruneReport {
        var items: [PruneReport.Item] = []
        let sizes = request.deleted || request.failed || request.strays ? try await effects.usage().vms : [:]
        let size = { (id: VMID) in sizes[id.text] ?? ByteCount(bytes: 0) }
        let isDry = request.dryRun
        if request.deleted {
            for record in kept.values.sorted(by: { $0.name < $1.name }) {
                guard let vm = vms[record.id] else { continue }
                let item = PruneReport.Item(kind: .deletedVM, name: record.name.text, size: size(record.id))
                items.append(
                    await swept(item, isDry) { () async throws(Failure) in
                        try await delete(vm, DeleteVM(force: false, purge: true))
                    })
            }
        }
        if request.failed {
            for view in await list() where view.record.phase == .failed {
                guard let vm = vms[view.record.id] else { continue }
                // As `aiu delete` does it: someone may still want to know why, or what was on its disk.
                let item = PruneReport.Item(kind: .failedVM, name: view.record.name.text, size: size(view.record.id))
                items.append(
                    await swept(item, isDry) { () async throws(Failure) in
                        try await delete(vm, DeleteVM())
                    })
            }
        }
        if request.images {
            for image in try await effects.unusedImages(keeping: try imagesInUse()) {
                let item = PruneReport.Item(kind: .image, name: image.name, size: image.size)
                items.append(
                    await swept(item, isDry) { () async throws(Failure) in
                        // Asked again: somebody may have made a VM of it in the meantime.
                        guard try !imagesInUse().contains(image.name) else {
                            throw Failure(.conflict, "a VM uses it now")
                        }
                        try await effects.removeImage(image.name)
                    })
            }
        }
        if request.stamps {
            for stamp in try await effects.unusedStamps() {
                let item = PruneReport.Item(kind: .stamp, name: stamp.name, size: stamp.size)
                items.append(
                    await swept(item, isDry) { () async throws(Failure) in
                        try await effects.removeStamp(stamp.name)
                    })
            }
        }
        if request.models {
            for (digest, size) in try await strayModels() {
                let item = PruneReport.Item(kind: .model, name: digest.hex, size: size)
                items.append(
                    await swept(item, isDry) { () async throws(Failure) in
                        try await removeStray(digest)
                    })
            }
        }
        if request.strays {
            // The disks first: a VM that is made meanwhile is then known, though its folder was not seen.
            let onDisk = try await effects.statesOnDisk()
            for id in onDisk.subtracting(vms.keys).sorted() {
                let item = PruneReport.Item(kind: .strayFolder, name: id.text, size: size(id))
                items.append(
                    await swept(item, isDry) { () async throws(Failure) in
                        try await effects.removeStray(id)
                    })
            }
        }
        if !isDry, !items.isEmpty {
            await hub.post(.pruned, detail: "\(items.count { $0.problem == nil }) of \(items.count) things")
        }
        return PruneReport(dryRun: isDry, items: items)
    }

    private func swept(
        _ item: PruneReport.Item, _ isDry: Bool, _ remove: () async throws(Failure) -> Void
    ) async -> PruneReport.Item {
        guard !isDry else { return item }
        do throws(Failure) {
            try await remove()
            return item
        } catch {
            var item = item
            item.problem = error.message
            return item
        }
    }

    private func imagesInUse() throws(Failure) -> Set<String> { Set(try effects.allVMs().map(\.image)) }
}
