internal import CLlama
internal import Synchronization

/// What the library says: its first complaint explains why a vocabulary is refused.
enum LibraryLog {
    private static let complaint = Mutex<String?>(nil)

    static func start() {
        unsafe llama_log_set(
            { level, text, _ in
                guard level == GGML_LOG_LEVEL_ERROR, let text = unsafe text else { return }
                LibraryLog.take(unsafe String(cString: text))
            }, nil)
    }

    /// The first complaint since the last call.
    static func takeComplaint() -> String? {
        complaint.withLock { complaint in
            defer { complaint = nil }
            return complaint
        }
    }

    private static func take(_ text: String) {
        let line = text.prefix(300).split(whereSeparator: \.isNewline).joined(separator: " ")
        if !line.isEmpty { complaint.withLock { $0 = $0 ?? line } }
    }
}
