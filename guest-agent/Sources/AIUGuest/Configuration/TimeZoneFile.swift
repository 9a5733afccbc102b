internal import AIUSystem
internal import Glibc

/// The guest's local time: the link that programs without TZ follow.
package struct TimeZoneFile {
    private let folder: String
    private let localTime: String

    package init(folder: String = "/usr/share/zoneinfo", localTime: String = "/etc/localtime") {
        self.folder = folder
        self.localTime = localTime
    }

    /// Makes a zone the guest's own; the problem when it cannot be.
    func apply(_ zone: String) -> String? {
        let parts = zone.split(separator: "/", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy { (33...126).contains($0) }
        }
        let target = "\(folder)/\(zone)"
        guard isName, zone.utf8.count < 64, Files.exists(target) else {
            return "the guest has no time zone '\(zone.prefix(64))'"
        }
        var buffer = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink(localTime, &buffer, buffer.count)
        let present = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard present != target else { return nil }
        let temporary = "\(localTime).new"
        _ = unsafe unlink(temporary)
        guard unsafe symlink(target, temporary) == 0, unsafe rename(temporary, localTime) == 0 else {
            return "the time zone could not be set: \(Errno.current)"
        }
        return nil
    }
}
