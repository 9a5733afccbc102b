internal import Glibc
internal import Synchronization

/// The names of the host's users. Asked for once each: a directory service may be slow.
package enum UserNames {
    private static let most = 4096
    private static let known = Mutex<[UInt32: String?]>([:])

    package static func name(of user: UInt32) -> String? {
        if let name = known.withLock({ $0[user] }) { return name }
        let name = lookUp(user)
        known.withLock { names in
            if names.count >= most { names = [:] }
            names[user] = .some(name)
        }
        return name
    }

    private static func lookUp(_ user: UInt32) -> String? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard unsafe getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil,
            let name = unsafe entry.pw_name
        else { return nil }
        return unsafe String(cString: name)
    }
}

extension UserNames {
    private static let mostGroups: Int32 = 1024

    /// The names of a user's groups, the first one and the others. Not remembered: a membership that is taken away must count.
    package static func groups(of user: UInt32) -> [String] {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard unsafe getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil,
            let name = unsafe entry.pw_name
        else { return [] }
        var count = mostGroups
        var numbers = [gid_t](repeating: 0, count: Int(mostGroups))
        guard unsafe getgrouplist(name, entry.pw_gid, &numbers, &count) >= 0 else { return [] }
        return numbers.prefix(Int(max(0, count))).compactMap(groupName)
    }

    private static func groupName(_ number: gid_t) -> String? {
        var entry = unsafe group()
        var found: UnsafeMutablePointer<group>?
        // A group's members come with its name.
        var buffer = [CChar](repeating: 0, count: 256 << 10)
        guard unsafe getgrgid_r(number, &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil,
            let name = unsafe entry.gr_name
        else { return nil }
        return unsafe String(cString: name)
    }
}
