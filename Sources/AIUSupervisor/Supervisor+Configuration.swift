package import AIUModel

extension Supervisor: ConfigurationControl {
    package func configuration(of name: VMName) async throws(Failure) -> ConfigurationView {
        try await find(name).configuration
    }

    package func apply(
        _ request: ApplyConfiguration, to name: VMName
    ) async throws(Failure) -> ConfigurationOutcome {
        try await find(name).apply(request)
    }

    package func configurationHistory(
        of name: VMName, limit: Int
    ) async throws(Failure) -> [ConfigurationRevision] {
        try await find(name).configurationHistory(limit: limit)
    }
}
