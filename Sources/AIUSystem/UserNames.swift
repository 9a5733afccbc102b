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
