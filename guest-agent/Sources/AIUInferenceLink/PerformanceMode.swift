internal import AIUJSON
internal import AIUSystem

/// How many of the VM's processors a model may take: the configuration's `performance_mode`.
package enum PerformanceMode: String, Sendable, CaseIterable {
    /// All of them.
    case speed
    /// One is left for tools and everything else, where there are several.
    case balanced
    case efficiency

    /// Weights from which on several threads are worth it: those of smaller models only wait for each other.
    private static let largeModel = 100_000_000
    private static let mostThreads = 16

    private struct Contents: Decodable {
        var mode: String?

        enum CodingKeys: String, CodingKey {
            case mode = "performance_mode"
        }
    }

    /// As the configuration says at this moment.
    package static func read(_ path: String = "/etc/aiu_config.json") -> PerformanceMode {
        // Without a configuration that can be read the usual mode holds.
        guard let text = try? Files.read(path, limit: 64 * 1024),
            let contents = try? JSONText.decode(Contents.self, from: text)
        else { return .balanced }
        return contents.mode.flatMap(PerformanceMode.init) ?? .balanced
    }

    package func threads(on processors: Int, parameters: Int) -> Int {
        guard parameters > Self.largeModel else { return 1 }
        let wanted =
            switch self {
            case .speed: processors
            case .balanced: processors > 2 ? processors - 1 : processors
            case .efficiency: 1
            }
        return min(max(wanted, 1), Self.mostThreads)
    }
}
