internal import Glibc

extension Failure {
    /// What a failed system call on the supervisor's own files means to people.
    package static func ofFiles(_ attempt: String, errorNumber: Int32, explanation: String) -> Failure {
        switch errorNumber {
        case ENOSPC, EDQUOT:
            Failure(.noSpace, "cannot \(attempt): no space left on the disk; `aiu system df` shows what takes it")
        case EACCES, EPERM, EROFS:
            Failure(.denied, "cannot \(attempt): \(explanation); check who owns the state directory")
        case EFBIG: Failure(.invalid, "cannot \(attempt): the host's file system does not hold files of that size")
        default: Failure(.internalError, "cannot \(attempt): \(explanation)")
        }
    }
}
