internal import AIUJSON
package import AIUModel

/// A request for a VM, checked and completed: what will be made if nothing goes wrong.
package struct VMPlan: Equatable, Sendable {
    package static let defaultFlavour = "micro"

    package let name: VMName?
    package let flavour: String
    /// The policy may want its disk encrypted.
    package var configuration: AIUConfig
    package let ephemeral: Bool
    package let labels: Labels
    package let owner: UInt32?
    /// Found by whoever knows the policy.
    package var project: String?

    /// Preset or profile below, configuration over it, the explicit sizes on top. `profiles` is asked only for a preset
    /// that is not built in.
    package init(_ request: CreateVM, profiles: () throws(Failure) -> [Profile]) throws(Failure) {
        name = try Self.name(request.name)
        flavour = request.flavour ?? Self.defaultFlavour
        ephemeral = request.ephemeral ?? false
        owner = request.owner?.subject.user
        labels = try Labels().changed(by: (request.labels ?? [:]).mapValues { Optional($0) })
        guard flavour.utf8.count <= 32, flavour.utf8.allSatisfy({ $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") })
        else {
            throw Failure(.invalid, "'\(flavour)' is not a flavour; there are micro and full")
        }
        var configuration = try Self.preset(request.preset, profiles)
        do {
            if let text = request.configuration {
                configuration = try AIUConfig.parse(Array(text.utf8), over: configuration)
            }
            if let processors = request.processors { configuration.resources.cpuCores = processors }
            if let memory = request.memory { configuration.resources.ram = memory }
            if let storage = request.storage { configuration.resources.storage = storage }
            if request.encrypt == true { configuration.resources.encryption = true }
            self.configuration = try configuration.validated()
        } catch {
            throw Failure(.invalid, "\(error)")
        }
        guard self.configuration.canonicalBytes.count <= ConfigBounds.documentBytes else {
            throw Failure(.invalid, "the configuration is longer than \(ConfigBounds.documentBytes) bytes")
        }
    }

    package var resources: VMResources {
        VMResources(
            processors: configuration.resources.cpuCores, memory: configuration.resources.ram,
            storage: configuration.resources.storage)
    }

    static func name(_ text: String?) throws(Failure) -> VMName? {
        guard let text else { return nil }
        guard let name = VMName(text) else {
            throw Failure(.invalid, "'\(text.prefix(80))' is not a VM name: \(VMName.rule)")
        }
        return name
    }

    /// A built-in preset first, then a profile of the user.
    private static func preset(
        _ name: String?, _ profiles: () throws(Failure) -> [Profile]
    ) throws(Failure) -> AIUConfig {
        guard let name else { return .default }
        if let preset = Preset(rawValue: name) { return preset.config }
        let profiles = try profiles()
        if let profile = profiles.first(where: { $0.name.text == name }) {
            do {
                return try AIUConfig.parse(Array(profile.configuration.utf8))
            } catch {
                throw Failure(.invalid, "the profile '\(name)' is refused: \(error)")
            }
        }
        let known = Preset.allCases.map(\.rawValue) + profiles.map(\.name.text)
        let close = NearestName.find(name, in: known)
        throw Failure(
            .invalid,
            "there is no preset or profile '\(name.prefix(80))'; "
                + (close.map { "did you mean '\($0)'?" } ?? "there are \(known.joined(separator: ", "))"))
    }
}
