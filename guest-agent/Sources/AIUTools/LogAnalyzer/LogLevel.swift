/// How grave an entry is.
enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case debug, info, warning, error, critical

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        case .critical: 4
        }
    }

    static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    /// The words that logs use, in capitals.
    private static let names: [String: LogLevel] = [
        "EMERG": .critical, "EMERGENCY": .critical, "ALERT": .critical, "CRIT": .critical, "CRITICAL": .critical,
        "FATAL": .critical, "PANIC": .critical, "SEVERE": .error, "ERR": .error, "ERROR": .error, "ERRO": .error,
        "E": .error, "F": .critical, "W": .warning, "I": .info, "D": .debug, "WARN": .warning, "WARNING": .warning,
        "WRN": .warning, "NOTICE": .info, "INFO": .info, "INFORMATION": .info, "INF": .info, "LOG": .info,
        "DEBUG": .debug, "DBG": .debug, "TRACE": .debug, "VERBOSE": .debug, "FINE": .debug, "V": .debug, "T": .debug,
    ]

    init?(word: some Sequence<UInt8>) {
        var name = ""
        for byte in word {
            guard (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte), name.utf8.count < 12 else { return nil }
            name.unicodeScalars.append(Unicode.Scalar(byte & 0xDF))
        }
        guard let level = Self.names[name] else { return nil }
        self = level
    }

    /// Numbers of syslog, 0 to 7.
    init?(severity: Int) {
        switch severity {
        case 0...2: self = .critical
        case 3: self = .error
        case 4: self = .warning
        case 5, 6: self = .info
        case 7: self = .debug
        case _: return nil
        }
    }

    /// Status of an HTTP answer.
    init(status: Int) {
        self = status >= 500 ? .error : status >= 400 ? .warning : .info
    }
}
