/// What to favour when time and memory pull apart.
package enum PerformanceMode: String, CaseIterable, Codable, Sendable {
    case speed, balanced, efficiency
}
