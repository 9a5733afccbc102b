package import AIUModel

extension Calls {
    static let kept = ["v1", "deleted"]
    private static let presets = ["v1", "profiles"]

    package static func pause(_ name: VMName) -> Request {
        Request(.post, vms + [name.text, "pause"], purpose: "pausing '\(name)'")
    }

    package static func resume(_ name: VMName) -> Request {
        Request(.post, vms + [name.text, "resume"], purpose: "resuming '\(name)'")
    }

    package static func rename(_ name: VMName, to new: VMName) throws(ClientError) -> Request {
        Request(
            .post, vms + [name.text, "rename"], body: try Client.encode(RenameVM(name: new.text)),
            purpose: "renaming '\(name)'")
    }

    package static func clone(_ name: VMName, _ order: CloneVM) throws(ClientError) -> Request {
        Request(.post, vms + [name.text, "clone"], body: try Client.encode(order), purpose: "cloning '\(name)'")
    }

    package static func update(_ name: VMName, _ order: UpdateVM) throws(ClientError) -> Request {
        Request(.patch, vms + [name.text], body: try Client.encode(order), purpose: "changing '\(name)'")
    }

    package static func attach(to name: VMName) -> Request {
        Request(
            .get, vms + [name.text, "attach"], upgrade: APIVersion.consoleUpgrade,
            purpose: "attaching to the console of '\(name)'")
    }

    package static var deleted: Request { deleted(selector: nil) }

    package static func deleted(selector: LabelSelector?) -> Request {
        Request(
            .get, kept, query: selector.map { [("selector", $0.description)] } ?? [],
            purpose: "listing the deleted VMs")
    }

    package static func recover(_ reference: VMReference, as name: VMName?) throws(ClientError) -> Request {
        Request(
            .post, kept + [reference.text, "recover"], body: try Client.encode(RecoverVM(name: name?.text)),
            purpose: "recovering '\(reference)'")
    }

    package static func purge(_ reference: VMReference) -> Request {
        Request(.delete, kept + [reference.text], purpose: "purging '\(reference)'")
    }

    package static func prune(_ order: PruneSystem) throws(ClientError) -> Request {
        Request(
            .post, ["v1", "prune"], body: try Client.encode(order),
            purpose: order.dryRun ? "looking for what can go" : "pruning")
    }

    package static var profiles: Request { Request(.get, presets, purpose: "listing the profiles") }

    package static func profile(_ name: ProfileName) -> Request {
        Request(.get, presets + [name.text], purpose: "reading the profile '\(name)'")
    }

    package static func setProfile(_ profile: Profile) throws(ClientError) -> Request {
        Request(
            .put, presets + [profile.name.text],
            body: try Client.encode(SetProfile(configuration: profile.configuration)),
            purpose: "saving the profile '\(profile.name)'")
    }

    package static func deleteProfile(_ name: ProfileName) -> Request {
        Request(.delete, presets + [name.text], purpose: "removing the profile '\(name)'")
    }

    package static func configuration(of name: VMName) -> Request {
        Request(.get, vms + [name.text, "configuration"], purpose: "reading the configuration of '\(name)'")
    }

    package static func apply(_ order: ApplyConfiguration, to name: VMName) throws(ClientError) -> Request {
        Request(
            .post, vms + [name.text, "configuration"], body: try Client.encode(order),
            purpose: "configuring '\(name)'")
    }

    package static func configurationHistory(of name: VMName, limit: Int?) -> Request {
        Request(
            .get, vms + [name.text, "configuration", "history"],
            query: limit.map { [("limit", String($0))] } ?? [],
            purpose: "reading the configurations of '\(name)'")
    }

    package static func export(_ name: VMName, live: Bool) -> Request {
        Request(
            .get, vms + [name.text, "export"], query: live ? [("live", "true")] : [],
            upgrade: APIVersion.archiveUpgrade, purpose: "exporting '\(name)'")
    }

    package static func importVM(as name: VMName?) -> Request {
        Request(
            .post, ["v1", "import"], query: name.map { [("name", $0.text)] } ?? [],
            upgrade: APIVersion.archiveUpgrade, purpose: name.map { "importing '\($0)'" } ?? "importing a VM")
    }
}
