internal import AIUInferenceLink
internal import AIUSystem
internal import CLlama

/// The variant of the engine's arithmetic that fits the processor.
enum ProcessorVariant: String, CaseIterable {
    /// AVX2, FMA and F16C. A virtual machine without hardware help does not offer them, because emulated they are slow.
    case haswell
    /// What every x86-64 processor has, in the form that costs an emulated one least.
    case x64

    /// Loads the best one, or the one that is asked for; the engine can do nothing before that.
    static func load(_ wanted: String?) throws(InferenceFailure) -> ProcessorVariant {
        EngineLog.start()
        let folder = try libraryFolder()
        for variant in allCases where wanted == nil || wanted == variant.rawValue {
            // Refused by the library itself when the processor lacks something.
            if unsafe ggml_backend_load("\(folder)/libggml-cpu-\(variant.rawValue).so") != nil {
                llama_backend_init()
                return variant
            }
        }
        throw InferenceFailure(
            .broken,
            "no arithmetic for this processor in \(folder): \(EngineLog.last ?? "its libraries are missing")")
    }

    /// Where the engine's library was found; its variants lie beside it.
    private static func libraryFolder() throws(InferenceFailure) -> String {
        do throws(SystemError) {
            let maps = String(decoding: try Files.read("/proc/self/maps"), as: UTF8.self)
            for line in maps.split(separator: "\n") where line.contains("/libllama.so") {
                if let start = line.firstIndex(of: "/"), let end = line.lastIndex(of: "/") {
                    return String(line[start..<end])
                }
            }
        } catch {
            throw InferenceFailure(.broken, "the engine's library cannot be found: \(error)")
        }
        throw InferenceFailure(.broken, "the engine's library cannot be found in /proc/self/maps")
    }
}
