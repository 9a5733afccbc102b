package import AIUModel

/// A request for a VM, checked and completed: what will be made if nothing goes wrong.
package struct VMPlan: Equatable, Sendable {
    package static let defaultFlavour = "micro"

    package let name: VMName?
    package let flavour: String
    package let configuration: AIUConfig
    package let ephemeral: Bool

    /// Preset below, configuration over it, the explicit sizes on top.
    package init(_ request: CreateVM) throws(Failure) {
        name = try Self.name(request.name)
        flavour = request.flavour ?? Self.defaultFlavour
        ephemeral = request.ephemeral ?? false
        guard flavour.utf8.count <= 32, flavour.utf8.allSatisfy({ $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") })
        else {
            throw Failure(.invalid, "'\(flavour)' is not a flavour; there are micro and full")
        }
        var configuration = try Self.preset(request.preset)
        do {
            if let text = request.configuration {
                configuration = try AIUConfig.parse(Array(text.utf8), over: configuration)
            }
            if let processors = request.processors { configuration.resources.cpuCores = processors }
            if let memory = request.memory { configuration.resources.ram = memory }
            if let storage = request.storage { configuration.resources.storage = storage }
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

    private static func name(_ text: String?) throws(Failure) -> VMName? {
        guard let text else { return nil }
        guard let name = VMName(text) else {
            throw Failure(.invalid, "'\(text.prefix(80))' is not a VM name: \(VMName.rule)")
        }
        return name
    }

    private static func preset(_ name: String?) throws(Failure) -> AIUConfig {
        guard let name else { return .default }
        guard let preset = Preset(rawValue: name) else {
            let known = Preset.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(.invalid, "there is no preset '\(name.prefix(80))'; there are \(known)")
        }
        return preset.config
    }
}
