package import AIUModel
internal import AIUSystem

/// What the later life of VMs needs: copies, changed configurations, and sweeping up.
extension ImageStore {
    package func copyState(of source: VMID, to target: VMID) async throws(Failure) {
        try requireDisk(of: source, to: "copy its disk")
        try await files.run { [disks] () throws(ImageError) in try disks.copy(source, to: target) }
    }

    package func createEmptyState(of id: VMID, size: ByteCount, room: ByteCount) async throws(Failure) {
        try await files.run { [disks] () throws(ImageError) in try disks.createEmpty(id, size: size, room: room) }
    }

    package func writeConfiguration(
        _ bytes: [UInt8], of id: VMID, over present: String? = nil
    ) async throws(Failure) {
        try requireDisk(of: id, to: "put its configuration there")
        let done = try await files.run { [disks, offline] () throws(ImageError) in
            try offline.requireFree(disks.disk(of: id), "put the configuration into the VM")
            return try disks.writeConfiguration(bytes, of: id, over: present)
        }
        if !done { try await injectConfigurations([id: bytes]) }
    }

    package func growState(of id: VMID, to size: ByteCount) async throws(Failure) {
        try requireDisk(of: id, to: "make its disk larger")
        try await files.run { [disks, offline] () throws(ImageError) in
            try offline.requireFree(disks.disk(of: id), "make the VM's disk larger")
            try disks.grow(id, to: size)
        }
    }

    package func removeStray(_ id: VMID) async throws(Failure) {
        try await files.run { [disks, offline] () throws(ImageError) in
            let disk = disks.disk(of: id)
            if Files.exists(disk) { try offline.requireFree(disk, "remove the folder \(disks.home(of: id))") }
            try disks.remove(id)
        }
    }

    package func unusedImages(keeping digests: Set<String>) async throws(Failure) -> [StoredItem] {
        try await files.run { [images] () throws(ImageError) in try images.unused(keeping: digests) }
    }

    package func removeImage(_ digest: String) async throws(Failure) {
        try await files.run { [images] () throws(ImageError) in try images.remove(digest) }
    }

    package func unusedStamps() async throws(Failure) -> [StoredItem] {
        try await files.run { [stamps] () throws(ImageError) in try stamps.unused() }
    }

    package func removeStamp(_ name: String) async throws(Failure) {
        try await files.run { [stamps] () throws(ImageError) in try stamps.remove(name) }
    }

    private func requireDisk(of id: VMID, to verb: String) throws(Failure) {
        let disk = stateDiskPath(of: id)
        guard Files.exists(disk) else {
            throw Failure(.notFound, "cannot \(verb): the VM \(id) has no disk at \(disk); `aiu ls` shows the VMs")
        }
    }
}
