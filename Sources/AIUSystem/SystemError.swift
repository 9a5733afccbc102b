internal import Glibc

/// A system call that failed: which one, on what, and why.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let call: String
    package let subject: String
    package let code: Errno

    package init(_ call: String, _ subject: String = "", code: Errno) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    package var description: String {
        subject.isEmpty ? "cannot \(call): \(code)" : "cannot \(call) \(subject): \(code)"
    }

    /// Turns the `-errno` convention of CLinux into an error.
    @discardableResult
    package static func check<Value: SignedInteger>(
        _ result: Value, _ call: String, _ subject: @autoclosure () -> String = ""
    ) throws(SystemError) -> Value {
        guard result < 0 else { return result }
        throw SystemError(call, subject(), code: Errno(Int32(truncatingIfNeeded: -result)))
    }

    /// Turns the `-1 and errno` convention of libc into an error.
    @discardableResult
    package static func checkErrno<Value: SignedInteger>(
        _ result: Value, _ call: String, _ subject: @autoclosure () -> String = ""
    ) throws(SystemError) -> Value {
        guard result < 0 else { return result }
        throw SystemError(call, subject(), code: .current)
    }
}
