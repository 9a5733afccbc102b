/// A named starting point; each is also a file in `config/presets`.
package enum Preset: String, CaseIterable, Codable, Sendable {
    /// The least that boots and answers.
    case tiny
    /// What a VM gets when nobody says anything.
    case balanced
    /// More of everything for one demanding VM.
    case speed
    /// Many VMs on one machine.
    case efficiency

    package var config: AIUConfig {
        var config = AIUConfig()
        switch self {
        case .tiny:
            config.resources = Resources(ram: .mebibytes(128), cpuCores: 1, storage: .gibibytes(1))
            config.tokenLimits = TokenLimits(maxPerQuery: 1024, sessionBudget: 50_000, responseMax: 512)
            config.performanceMode = .efficiency
        case .balanced:
            break
        case .speed:
            config.resources = Resources(ram: .gibibytes(1), cpuCores: 2, storage: .gibibytes(8))
            config.tokenLimits = TokenLimits(maxPerQuery: 8192, sessionBudget: 500_000, responseMax: 4096)
            config.performanceMode = .speed
        case .efficiency:
            config.resources = Resources(ram: .mebibytes(192), cpuCores: 1, storage: .gibibytes(2))
            config.tokenLimits = TokenLimits(maxPerQuery: 2048, sessionBudget: 100_000, responseMax: 1024)
            config.performanceMode = .efficiency
        }
        return config
    }
}
