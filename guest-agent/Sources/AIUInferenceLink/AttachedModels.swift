internal import AIUJSON
internal import AIUSystem
package import AIUWire

/// What the agent wrote down of the models that the host attached.
package enum AttachedModels {
    private static let longestList = 64 * 1024

    /// None where there is no list: most VMs have only the models of their image.
    package static func read(_ list: String = AttachedModel.list) -> [AttachedModel] {
        guard let bytes = try? Files.read(list, limit: longestList),
            // The agent replaces it whole; what cannot be read is nobody's list.
            let models = try? JSONText.decode([AttachedModel].self, from: bytes)
        else { return [] }
        return models
    }
}
