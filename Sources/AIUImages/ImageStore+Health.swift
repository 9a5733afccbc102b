package import AIUModel
internal import AIUSeal
internal import AIUSystem

extension ImageStore {
    private static let tight = ByteCount.gibibytes(2)
    private static let full = ByteCount.mebibytes(256)

    /// What `aiu doctor` shows of libguestfs, the images, the stamp and the disk. May read whole images once.
    package func examine() -> [HealthCheck] {
        [libraryCheck(), applianceCheck()] + imageChecks() + [stampCheck(), keyCheck(), spaceCheck()]
    }

    private func libraryCheck() -> HealthCheck {
        do throws(GuestFSError) {
            let guest = try GuestFS()
            return HealthCheck("libguestfs", .good, guest.version().map { "version \($0)" } ?? "there")
        } catch {
            return HealthCheck("libguestfs", .bad, error.description, remedy: "install the package 'libguestfs0'")
        }
    }

    private func applianceCheck() -> HealthCheck {
        let name = "libguestfs appliance"
        if let missing = ApplianceRequirements.missing() {
            return HealthCheck(name, .bad, missing, remedy: "run scripts/install-packages")
        }
        return HealthCheck(name, .good, "kernel \(ApplianceRequirements.kernel() ?? "unknown")")
    }

    private func imageChecks() -> [HealthCheck] {
        let flavours = images.flavours()
        guard !flavours.isEmpty else {
            let folder = "\(configuration.stateDirectory)/images"
            return [HealthCheck("image", .bad, "none is installed in \(folder)", remedy: "run `make image`")]
        }
        return flavours.map { flavour in
            do throws(ImageError) {
                let image = try images.image(flavour: flavour)
                return HealthCheck("image \(flavour)", .good, "\(image.digest), digests match")
            } catch {
                return HealthCheck("image \(flavour)", .bad, error.description, remedy: "run `make image`")
            }
        }
    }

    private func stampCheck() -> HealthCheck {
        guard configuration.useStamp else { return HealthCheck("disk stamp", .warning, "switched off") }
        return stamps.existing() == nil
            ? HealthCheck("disk stamp", .warning, "not made yet; the first VM waits for it (about 10 s)")
            : HealthCheck("disk stamp", .good, "ready")
    }

    private func keyCheck() -> HealthCheck {
        let name = "encrypted disks"
        // Folders that cannot be listed are what the check of the disk's space complains about.
        let encrypted = ((try? disks.ids()) ?? []).filter(disks.isEncrypted).sorted()
        // What cannot be opened is what is looked for; a start of that VM says why.
        let closed = encrypted.filter { (try? disks.key(of: $0, to: "open its disk")) == nil }
        guard closed.isEmpty else {
            return HealthCheck(
                name, .bad, "the keys of \(closed.count) VMs cannot be opened: \(closed[0]) is the first",
                remedy: "give aiud the credential '\(SecretSeal.credential)' that they were made with")
        }
        let detail =
            configuration.seal == nil
            ? "none; to make some, aiud needs the credential '\(SecretSeal.credential)'"
            : "\(encrypted.count), under the credential '\(SecretSeal.credential)'"
        return HealthCheck(name, .good, detail)
    }

    private func spaceCheck() -> HealthCheck {
        let state = configuration.stateDirectory
        do throws(SystemError) {
            let free = try DiskSpace.free(at: state)
            let detail = "\(free.bytes >> 20) MiB free at \(state)"
            if free < Self.full { return HealthCheck("disk space", .bad, detail, remedy: "free some space") }
            if free < Self.tight { return HealthCheck("disk space", .warning, detail, remedy: "free some space") }
            return HealthCheck("disk space", .good, detail)
        } catch {
            return HealthCheck("disk space", .bad, error.description, remedy: "check the state directory")
        }
    }
}
