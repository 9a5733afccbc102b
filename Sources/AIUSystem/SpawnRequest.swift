/// A program to start, with exactly what it may have.
package struct SpawnRequest: Sendable {
    /// A limit on one resource of the child.
    package struct Limit: Sendable {
        package let resource: Int32
        package let value: UInt64
        package init(resource: Int32, value: UInt64) {
            self.resource = resource
            self.value = value
        }
    }

    /// Who the child runs as.
    package struct User: Sendable {
        package let user: UInt32
        package let group: UInt32
        package init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    package var path: String
    package var arguments: [String]
    package var environment: [String]
    package var workingDirectory: String?
    /// `descriptors[i]` becomes descriptor i of the child; -1 is /dev/null; every other descriptor is closed.
    package var descriptors: [Int32] = [-1, -1, -1]
    package var user: User?
    package var newSession = false
    package var controllingTerminal = false
    package var noNewPrivileges = false
    /// The child and its children cannot make vsock sockets. Needs root, or no new privileges.
    package var noVsock = false
    package var deathSignal: Int32 = 0
    package var limits: [Limit] = []
    /// An open `cgroup.procs` that the child joins before it runs.
    package var cgroup: Int32 = -1
    /// An open network namespace that the child is put into, which takes CAP_SYS_ADMIN.
    package var network: Int32 = -1

    /// `arguments` does not repeat the program's name.
    package init(_ path: String, _ arguments: [String] = [], environment: [String] = []) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }
}
