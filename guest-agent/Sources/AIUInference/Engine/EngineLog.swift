internal import AIUSystem
internal import CLlama
internal import Synchronization

/// What the engine's library says: the first complaint about a request explains why it failed.
enum EngineLog {
    private static let log = Log("engine")
    private static let complaint = Mutex<String?>(nil)

    /// The first complaint since `forget`.
    static var last: String? { complaint.withLock { $0 } }

    static func forget() { complaint.withLock { $0 = nil } }

    static func start() {
        unsafe llama_log_set(
            { level, text, _ in
                guard level.rawValue >= GGML_LOG_LEVEL_WARN.rawValue, level != GGML_LOG_LEVEL_CONT,
                    let text = unsafe text
                else { return }
                EngineLog.take(unsafe String(cString: text), isError: level == GGML_LOG_LEVEL_ERROR)
            }, nil)
    }

    private static func take(_ text: String, isError: Bool) {
        let line = text.prefix(500).split(separator: "\n").joined(separator: " ")
        guard !line.isEmpty else { return }
        // Whoever asked is told; a generation that was cancelled is no trouble, though the library complains of it.
        if isError { complaint.withLock { $0 = $0 ?? line } }
        log.debug(line)
    }
}
