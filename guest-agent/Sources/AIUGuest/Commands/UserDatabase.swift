internal import AIUSystem
package import AIUWire

/// A person known to the guest.
package struct UserAccount: Equatable {
    package let name: String
    package let user: UInt32
    package let group: UInt32
    package let home: String
    package let shell: String
}

/// The guest's `/etc/passwd`.
package struct UserDatabase {
    package let accounts: [UserAccount]

    init(path: String) throws(OperationFailure) {
        do throws(SystemError) {
            self.init(text: String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self))
        } catch {
            throw OperationFailure(.io, "the users of the guest are not known: \(error)")
        }
    }

    /// Lines that are not accounts are passed over, as the C library does it.
    package init(text: String) {
        accounts = text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 7, !fields[0].isEmpty, let user = UInt32(fields[2]), let group = UInt32(fields[3])
            else { return nil }
            return UserAccount(
                name: String(fields[0]), user: user, group: group, home: fields[5].isEmpty ? "/" : String(fields[5]),
                shell: fields[6].isEmpty ? "/bin/sh" : String(fields[6]))
        }
    }

    /// By name, or by number.
    package func account(_ name: String) throws(OperationFailure) -> UserAccount {
        if let found = accounts.first(where: { $0.name == name }) { return found }
        if let number = UInt32(name), let found = account(number) { return found }
        throw OperationFailure(.notFound, "the guest has no user '\(name)'; its /etc/passwd lists them")
    }

    func account(_ number: UInt32) -> UserAccount? { accounts.first { $0.user == number } }
}
