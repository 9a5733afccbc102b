/// For which VMs a secret is: for all, where it names none and no project.
package struct SecretScope: Equatable, Sendable {
    package static let most = 64
    package static let all = SecretScope()

    /// By their identifiers: another VM that comes to have the name of one of them is another VM.
    package var vms: [VMID]
    package var projects: [String]

    package init(vms: [VMID] = [], projects: [String] = []) {
        self.vms = vms
        self.projects = projects
    }

    package var isEverything: Bool { vms.isEmpty && projects.isEmpty }

    package func holds(for id: VMID, in project: String?) -> Bool {
        isEverything || vms.contains(id) || project.map(projects.contains) ?? false
    }

    /// A line each, as a secret is kept; nothing for all.
    var lines: [String] { vms.map { "vm:\($0)" } + projects.map { "project:\($0)" } }

    /// `nil` for what this program does not know: a secret that was kept for some VMs is not for all.
    init?(lines: some Sequence<Substring>) {
        self.init()
        for line in lines {
            if line.hasPrefix("vm:"), let id = VMID(String(line.dropFirst(3))) {
                vms.append(id)
            } else if line.hasPrefix("project:"), PolicyMembers.isName(String(line.dropFirst(8))) {
                projects.append(String(line.dropFirst(8)))
            } else {
                return nil
            }
        }
    }
}
