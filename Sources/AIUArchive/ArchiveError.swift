internal import AIUJSON
package import AIUModel
package import AIUSystem
internal import Glibc

/// Why an archive could not be written or read.
package struct ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        /// It ends before its end.
        case truncated
        /// A checksum is wrong.
        case damaged(String)
        /// Not what this format prescribes.
        case malformed(String)
        case newerFormat(Int64)
        case system(SystemError)
        /// The other end gave up, for the reason it gave.
        case abandoned(String)
        /// The other end did nothing for too long.
        case stalled(Duration)
    }

    package enum Attempt: String, Equatable, Sendable {
        case read, write
    }

    package let attempt: Attempt
    package let reason: Reason

    package init(_ attempt: Attempt, _ reason: Reason) {
        self.attempt = attempt
        self.reason = reason
    }

    static func malformed(_ why: String) -> ArchiveError { ArchiveError(.read, .malformed(why)) }

    /// Runs system calls, naming what they are for.
    static func attempting<Result: ~Copyable>(
        to attempt: Attempt, _ body: () throws(SystemError) -> Result
    ) throws(ArchiveError) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw ArchiveError(attempt, .system(error))
        }
    }

    static func encoding(_ value: some Encodable) throws(ArchiveError) -> [UInt8] {
        do throws(JSONError) {
            return try JSONText.encode(value, pretty: true) + [0x0A]
        } catch {
            throw ArchiveError(.write, .malformed("\(error)"))
        }
    }

    package var description: String { "cannot \(attempt.rawValue) the archive: \(explanation)" }

    var explanation: String {
        switch reason {
        case .truncated: "it ends too early; it was not copied or sent to its end"
        case .damaged(let what): "\(what); copy it again from where it came"
        case .malformed(let why): "\(why); it is no archive that `aiu export` wrote, or it was changed since"
        case .newerFormat(let number):
            "it has the format \(number), and this aiu reads up to \(ArchiveFormat.current); install a newer aiu"
        case .system(let error) where Self.isFull(error):
            "no space left on the disk; `aiu system df` shows what takes it"
        case .system(let error): "\(error)"
        case .abandoned(let why): why
        case .stalled(let limit): "nothing was \(attempt == .read ? "sent" : "taken") for \(limit)"
        }
    }

    /// What the rest of the program is told.
    package var failure: Failure {
        switch reason {
        case .truncated, .damaged: Failure(.damaged, description)
        case .malformed: Failure(.invalid, description)
        case .newerFormat: Failure(.unsupported, description)
        case .system(let error): Failure(Self.isFull(error) ? .noSpace : .internalError, description)
        case .abandoned: Failure(.unavailable, description)
        case .stalled: Failure(.timedOut, description)
        }
    }

    private static func isFull(_ error: SystemError) -> Bool { [ENOSPC, EDQUOT].contains(error.code.number) }
}
