package import AIUInferenceLink
package import AIUWire
internal import Synchronization

/// All models of a VM, those that are loaded and those that could be. Any thread may ask it.
package final class Engine: Sendable {
    private struct State {
        var slots: [String: ModelSlot] = [:]
        /// Names of the loaded models, the one used last at the end.
        var order: [String] = []
    }

    /// The variant of the arithmetic that fits this processor.
    package var variant: String { processor.rawValue }

    private let processor: ProcessorVariant
    private let folders: ModelFolders
    private let memoryLimit: Int
    private let configuration: String
    private let catalogue = ModelCatalogue()
    private let state = Mutex(State())

    /// `memoryLimit` bounds what all loaded models need; the one that was longest without work goes first.
    package init(
        folders: ModelFolders, memoryLimit: Int, variant: String? = nil,
        configuration: String = "/etc/aiu_config.json"
    ) throws(InferenceFailure) {
        processor = try ProcessorVariant.load(variant)
        self.folders = folders
        self.memoryLimit = memoryLimit
        self.configuration = configuration
    }

    package func models() -> [GuestModel] {
        let loaded = state.withLock { Set($0.order) }
        let mode = PerformanceMode.read(configuration)
        let processors = Processors.online
        return catalogue.files(folders).map { file in
            GuestModel(
                name: file.name, roles: file.roles, kind: file.kind.rawValue, loaded: loaded.contains(file.name),
                architecture: file.architecture, parameters: Int64(file.parameters), bytes: Int64(file.bytes),
                contextLength: file.contextLength, engine: variant,
                threads: mode.threads(on: processors, parameters: file.parameters))
        }
    }

    package func load(_ name: String) throws(InferenceFailure) {
        try slot(name, for: .reasoning).use({ _ throws(InferenceFailure) in }, orLoading: \.self)
    }

    package func unload(_ name: String) throws(InferenceFailure) {
        _ = try find(name, for: .reasoning)
        state.withLock { state in
            state.slots[name] = nil
            state.order.removeAll { $0 == name }
        }
    }

    package func forget(conversation: String) {
        let slots = state.withLock { Array($0.slots.values) }
        for slot in slots { slot.ifLoaded { $0.forget(conversation) } }
    }

    /// The slot of a model, by name or by role; others are unloaded when they would be too many together.
    func slot(_ name: String?, for kind: ModelFile.Kind) throws(InferenceFailure) -> ModelSlot {
        let file = try find(name, for: kind)
        let wanted = ModelSlot(file, configuration: configuration)
        guard file.isAttached || wanted.memory <= memoryLimit else {
            throw InferenceFailure(
                .tooLarge,
                "the model \(file.name) needs about \(wanted.memory >> 20) MiB, and models may use \(memoryLimit >> 20) MiB here"
            )
        }
        return state.withLock { state in
            state.order.removeAll { $0 == file.name }
            state.order.append(file.name)
            if let slot = state.slots[file.name], slot.file == file { return slot }
            state.slots[file.name] = wanted
            while state.slots.values.reduce(0, { $0 + $1.memory }) > memoryLimit, state.order.count > 1 {
                // Whoever is working with it keeps it until the work is done.
                state.slots[state.order.removeFirst()] = nil
            }
            return wanted
        }
    }

    /// Without a name it is the one that the host attached for the role of that kind, then any other that can do it.
    private func find(_ name: String?, for kind: ModelFile.Kind) throws(InferenceFailure) -> ModelFile {
        guard let name else {
            let able = catalogue.files(folders).filter { $0.kind == kind }
            if let file = able.first(where: { $0.isAttached && $0.roles.contains(kind.rawValue) }) ?? able.first {
                return file
            }
            throw InferenceFailure(.noSuchModel, "this VM has no model for the role \(kind.rawValue)")
        }
        return try catalogue.file(name, folders)
    }
}
