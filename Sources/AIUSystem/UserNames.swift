internal import Glibc
internal import Synchronization

/// The host's users and groups, from wherever it has them.
package enum UserNames {
    private static let most = 4096
    private static let mostGroups: Int32 = 1024
    private static let known = Mutex<[UInt32: String]>([:])

    /// For people to read. Remembered once found: a directory service may be slow.
    package static func name(of user: UInt32) -> String? {
        if let name = known.withLock({ $0[user] }) { return name }
        guard let name = withEntry(of: user, { name, _ in name }) else { return nil }
        known.withLock { names in
            if names.count >= most { names = [:] }
            names[user] = name
        }
        return name
    }

    /// For decisions: name and groups as they are now, so that a membership that was taken away counts. Nil when the user is
    /// not known, or not all is.
    package static func account(of user: UInt32) -> (name: String, groups: [String])? {
        withEntry(of: user) { name, group in
            var count = mostGroups
            var numbers = [gid_t](repeating: 0, count: Int(mostGroups))
            guard unsafe getgrouplist(name, group, &numbers, &count) >= 0 else { return nil }
            return (name, numbers.prefix(Int(max(0, count))).compactMap(groupName))
        }
    }

    /// The number of somebody by name; nil when nobody is called so.
    package static func number(of name: String) -> UInt32? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil else {
            return nil
        }
        return unsafe entry.pw_uid
    }

    /// As they are now, by their name.
    package static func account(named name: String) -> (user: UInt32, groups: [String])? {
        number(of: name).flatMap { number in account(of: number).map { (number, $0.groups) } }
    }

    private static func withEntry<Result>(of user: UInt32, _ body: (String, gid_t) -> Result?) -> Result? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard unsafe getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil,
            let name = unsafe entry.pw_name
        else { return nil }
        return unsafe body(String(cString: name), entry.pw_gid)
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
