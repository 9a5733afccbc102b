package import AIULogin
package import AIUModel
internal import AIUSystem
internal import CLDAP
internal import Glibc

/// One question to a directory.
package struct LDAPDirectory {
    private static let mostGroups: Int32 = 1000

    private let configuration: LDAPConfiguration

    package init(_ configuration: LDAPConfiguration) { self.configuration = configuration }

    /// Whether name and password are right, and which groups there are; without a password only the latter.
    package func ask(_ name: String, password: String?) -> LoginAnswer {
        let dn = configuration.userDN.replacing("{user}", with: Escape.name(name))
        do throws(LDAPFailure) {
            if let password {
                let own = try connect()
                let code = unsafe aiu_ldap_bind(own.handle, dn, password, password.utf8.count)
                if [
                    LDAP_INVALID_CREDENTIALS, LDAP_NO_SUCH_OBJECT, LDAP_UNWILLING_TO_PERFORM, LDAP_INVALID_DN_SYNTAX,
                    LDAP_INAPPROPRIATE_AUTH, LDAP_INSUFFICIENT_ACCESS, LDAP_CONSTRAINT_VIOLATION,
                ].contains(code) {
                    return LoginAnswer(.refused)
                }
                guard code == LDAP_SUCCESS else { throw LDAPFailure("log in at \(configuration.url)", code) }
                let reader = try reader()
                return LoginAnswer(.good, groups: try groups(of: name, dn, reader ?? own))
            }
            let common = try reader()
            let reader = if let common { common } else { try connect() }
            guard try exists(dn, reader) else { return LoginAnswer(.unknown) }
            return LoginAnswer(.good, groups: try groups(of: name, dn, reader))
        } catch {
            return LoginAnswer(.unavailable, reason: error.description)
        }
    }

    /// Whoever looks groups up for everybody.
    private func reader() throws(LDAPFailure) -> LDAPConnection? {
        guard let bindDN = configuration.bindDN, let path = configuration.bindPasswordFile else { return nil }
        let secret: String
        do throws(SystemError) {
            secret =
                String(decoding: try Files.read(path, limit: 4096), as: UTF8.self)
                .split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
        } catch {
            throw LDAPFailure("\(error)")
        }
        guard !secret.isEmpty else { throw LDAPFailure("\(path) holds no password") }
        let connection = try connect()
        let code = unsafe aiu_ldap_bind(connection.handle, bindDN, secret, secret.utf8.count)
        guard code == LDAP_SUCCESS else { throw LDAPFailure("log in at \(configuration.url) as \(bindDN)", code) }
        return connection
    }

    private func connect() throws(LDAPFailure) -> LDAPConnection { try LDAPConnection(configuration) }

    private func exists(_ dn: String, _ connection: LDAPConnection) throws(LDAPFailure) -> Bool {
        let found = try search(dn, wholeTree: false, "(objectClass=*)", connection)
        return found.isFound
    }

    private func groups(
        of name: String, _ dn: String, _ connection: LDAPConnection
    ) throws(LDAPFailure) -> [String] {
        guard let base = configuration.groupBase else { return [] }
        let filter = configuration.groupFilter.replacing("{dn}", with: Escape.filter(dn))
            .replacing("{user}", with: Escape.filter(name))
        return try search(base, wholeTree: true, filter, connection).values
    }

    private func search(
        _ base: String, wholeTree: Bool, _ filter: String, _ connection: LDAPConnection
    ) throws(LDAPFailure) -> (isFound: Bool, values: [String]) {
        var found: OpaquePointer?
        let code = unsafe aiu_ldap_search(
            connection.handle, base, wholeTree ? 1 : 0, filter, configuration.groupAttribute,
            Int32(configuration.timeoutMilliseconds), Self.mostGroups, &found)
        defer { unsafe ldap_msgfree(found) }
        if code == LDAP_NO_SUCH_OBJECT { return (false, []) }
        guard code == LDAP_SUCCESS else { throw LDAPFailure("look up \(base) at \(configuration.url)", code) }
        var values: [String] = []
        var entry = unsafe ldap_first_entry(connection.handle, found)
        var isFound = false
        while let this = unsafe entry {
            isFound = true
            unsafe values += Self.values(of: configuration.groupAttribute, in: this, connection.handle)
            unsafe entry = ldap_next_entry(connection.handle, this)
        }
        return (isFound, values)
    }

    private static func values(of attribute: String, in entry: OpaquePointer, _ handle: OpaquePointer) -> [String] {
        guard let list = unsafe ldap_get_values_len(handle, entry, attribute) else { return [] }
        defer { unsafe ldap_value_free_len(list) }
        return (0..<Int(unsafe ldap_count_values_len(list))).compactMap { index in
            guard let value = unsafe list[index], let start = unsafe value.pointee.bv_val else { return nil }
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(value.pointee.bv_len))
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// A connection to a directory, encrypted before anything is said, closed when nobody has it any more.
@safe final class LDAPConnection {
    let handle: OpaquePointer

    init(_ configuration: LDAPConfiguration) throws(LDAPFailure) {
        var made: OpaquePointer?
        let code = unsafe Self.withOptional(configuration.authority) { authority in
            var settings = unsafe aiu_ldap_settings(
                authority: authority, milliseconds: Int32(configuration.timeoutMilliseconds))
            return unsafe aiu_ldap_open(configuration.url, &settings, &made)
        }
        guard code == LDAP_SUCCESS, let made = unsafe made else {
            throw LDAPFailure("use \(configuration.url)", code)
        }
        unsafe handle = made
        guard configuration.startTLS, configuration.url.hasPrefix("ldap://") else { return }
        let secured = unsafe ldap_start_tls_s(handle, nil, nil)
        guard secured == LDAP_SUCCESS else { throw LDAPFailure("secure \(configuration.url)", secured) }
    }

    deinit { unsafe aiu_ldap_close(handle) }

    private static func withOptional<Result>(
        _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let text else { return body(nil) }
        return unsafe text.withCString { unsafe body($0) }
    }
}

/// Why a directory could not be asked.
struct LDAPFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    init(_ attempt: String, _ code: Int32) {
        let why = unsafe ldap_err2string(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        description = "cannot \(attempt): \(why)"
    }
}
