package import AIUModel
internal import CLibvirt

/// What libvirt would not do: what was attempted, libvirt's code, and libvirt's words.
package struct LibvirtError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The codes that lead to different reasons; everything else is libvirt's own affair.
    package enum Kind: Equatable, Sendable {
        case noSuchMachine, notRunning, exists, missing, unsupported, invalidDescription, noMemory, timedOut, denied
        case connectionLost, other
    }

    private static let longestMessage = 2048

    package let attempt: String
    package let kind: Kind
    package let message: String

    package init(_ attempt: String, kind: Kind, message: String) {
        self.attempt = attempt
        self.kind = kind
        self.message = String(message.prefix(Self.longestMessage))
    }

    /// The calling thread's last libvirt error. The attempt is worded after it was read: asking a domain for its name
    /// resets it.
    static func last(_ attempt: @autoclosure () -> String) -> LibvirtError {
        guard let error = unsafe virGetLastError() else {
            return LibvirtError(attempt(), kind: .other, message: "libvirt gave no reason")
        }
        let text = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "libvirt gave no reason"
        let kind = unsafe Kind(code: error.pointee.code, message: text)
        return LibvirtError(attempt(), kind: kind, message: oneLine(text))
    }

    package var description: String { "cannot \(attempt): \(message)" }

    /// For people and programs: the reason, the sentence and the way out.
    package var failure: Failure {
        let diagnosis = Diagnosis(of: self)
        return Failure(diagnosis.reason, "\(self)" + (diagnosis.remedy.map { "; \($0)" } ?? ""))
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}

extension LibvirtError.Kind {
    init(code: Int32, message: String) {
        self =
            switch virErrorNumber(UInt32(bitPattern: code)) {
            case VIR_ERR_NO_DOMAIN: .noSuchMachine
            case VIR_ERR_OPERATION_INVALID: message.contains("already") ? .exists : .notRunning
            case VIR_ERR_DOM_EXIST: .exists
            case VIR_ERR_OPERATION_FAILED: message.contains("already exists") ? .exists : .other
            case VIR_ERR_NO_SUPPORT, VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_ARGUMENT_UNSUPPORTED: .unsupported
            case VIR_ERR_XML_ERROR, VIR_ERR_XML_DETAIL, VIR_ERR_XML_INVALID_SCHEMA: .invalidDescription
            case VIR_ERR_NO_MEMORY: .noMemory
            case VIR_ERR_OPERATION_TIMEOUT, VIR_ERR_AGENT_UNRESPONSIVE: .timedOut
            case VIR_ERR_AUTH_FAILED, VIR_ERR_ACCESS_DENIED, VIR_ERR_OPERATION_DENIED: .denied
            case VIR_ERR_RPC, VIR_ERR_NO_CONNECT, VIR_ERR_INVALID_CONN: .connectionLost
            case _: .other
            }
    }
}
