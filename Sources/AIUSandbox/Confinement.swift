internal import AIUSystem
internal import CLinux

/// Everything that a process gives up once it has opened what it needs. There is no way back.
///
/// Most layers bind the calling thread and those that it starts, so it is applied while there is only one.
///
/// A layer that the host lacks is reported and does not stop the others: each alone is worth having.
package struct Confinement: Sendable {
    /// One of the walls.
    package enum Layer: String, Sendable, CaseIterable {
        case noNewPrivileges = "no new privileges"
        case network = "a network name space of its own"
        case root = "a root folder of its own"
        case user = "a user of its own"
        case capabilities = "no capabilities"
        case limits = "resource limits"
        case landlock = "Landlock"
        case systemCalls = "system call filter"
        case parent = "an end with its parent"
        case memory = "memory that nobody else reads"
    }

    /// A layer that could not be had, and why.
    package struct Gap: Equatable, Sendable, CustomStringConvertible {
        package let layer: Layer
        package let reason: String
        package var description: String { "\(layer.rawValue): \(reason)" }
    }

    /// Who to become.
    package struct User: Equatable, Sendable {
        package let user: UInt32
        package let group: UInt32
        package init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    package var user: User?
    /// The folder that becomes `/`, where the process may; relative paths stay valid when it is the working directory.
    package var root: String?
    package var ownNetwork = true
    package var limits: [ResourceLimit] = [ResourceLimit(.coreFile, 0)]
    /// Whether more sockets may wait for connections than do already.
    package var bindsSockets = true
    /// Whether it ends with whoever started it, also as another user.
    package var diesWithParent = false
    /// Whether other processes of the user may read the memory, and whether it may be dumped.
    package var hidesMemory = false
    /// What may still be opened; nothing else can be.
    package var paths: [PathGrant] = []
    package var systemCalls: SystemCallFilter?
    /// Privileges by their kernel numbers that it cannot do its work without; the user stays who it is.
    package var privileges: [UInt32] = []

    package init() {}

    /// Applies all layers; which ones are missing.
    package func apply() -> [Gap] {
        var gaps: [Gap] = []
        func attempt(_ layer: Layer, _ body: () throws(SystemError) -> Void) {
            do throws(SystemError) { try body() } catch { gaps.append(Gap(layer: layer, reason: error.description)) }
        }
        attempt(.noNewPrivileges) { () throws(SystemError) in
            try SystemError.check(aiu_no_new_privileges(), "give up new privileges")
        }
        for limit in limits {
            attempt(.limits) { () throws(SystemError) in
                try SystemError.check(
                    aiu_set_limit(limit.resource.native, limit.value), "limit", "\(limit.resource)")
            }
        }
        // While there are capabilities: what needs them.
        if privileges.isEmpty {
            attempt(.capabilities) { () throws(SystemError) in try Capabilities.dropBounds() }
        }
        if ownNetwork {
            attempt(.network) { () throws(SystemError) in
                try SystemError.check(aiu_unshare_network(), "leave the network")
            }
        }
        // Paths are looked up before the root changes.
        attempt(.landlock) { () throws(SystemError) in try Landlock.restrict(to: paths, binding: bindsSockets) }
        if let root {
            attempt(.root) { () throws(SystemError) in
                try SystemError.check(unsafe aiu_change_root(root), "change the root folder to", root)
            }
        }
        if let user {
            attempt(.user) { () throws(SystemError) in
                try SystemError.check(
                    aiu_change_user(user.user, user.group), "become", "user \(user.user):\(user.group)")
            }
        }
        attempt(.capabilities) { () throws(SystemError) in
            try privileges.isEmpty ? Capabilities.dropAll() : Capabilities.keep(privileges)
        }
        if diesWithParent {
            attempt(.parent) { () throws(SystemError) in
                try SystemError.check(aiu_die_with_parent(), "end with its parent")
            }
        }
        // Last, because another user begins with the kernel's own choice.
        if hidesMemory {
            attempt(.memory) { () throws(SystemError) in try SystemError.check(aiu_hide_memory(), "hide the memory") }
        }
        if let systemCalls {
            attempt(.systemCalls) { () throws(SystemError) in try systemCalls.load() }
        }
        return gaps
    }
}
