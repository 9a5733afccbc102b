internal import AIUSandbox
internal import AIUSystem
package import AIUWire

/// What a tool's process keeps: the system to read and run, the workspace and the places of its results to write.
package enum ToolConfinement {
    package static let workspace = "/workspace"
    /// Bytes of one file that a tool may write.
    private static let largestFile: UInt64 = 4 << 30
    private static let mostOpenFiles: UInt64 = 1024
    private static let system = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt"]
    private static let readable = ["/etc", "/proc", "/sys", "/dev", "/run/aiu", "/var/lib/dpkg"]

    package static func apply(for invocation: ToolInvocation, temporaryFolder: String) throws(ToolReply.Failure) {
        var confinement = Confinement()
        // The VM's network is the agent's business: an ordinary user could not give it up alone.
        confinement.ownNetwork = false
        confinement.limits = [
            ResourceLimit(.coreFile, 0), ResourceLimit(.fileSize, largestFile),
            ResourceLimit(.openFiles, mostOpenFiles),
        ]
        var grants =
            (system + [Engine.folder]).map { PathGrant($0, .readAndExecute) } + readable.map { PathGrant($0, .read) }
        grants += ["/dev/null", "/dev/zero", "/dev/tty"].map { PathGrant($0, .readAndWrite) }
        grants += [workspace, invocation.resultsFolder, temporaryFolder].map { PathGrant($0, .all) }
        grants.append(PathGrant(parent(of: temporaryFolder), .removeFolders))
        // Files that came with the prompt, wherever they were put.
        grants += invocation.files.map { PathGrant($0, .read) }
        confinement.paths = grants.filter { Files.exists($0.path) }
        for gap in confinement.apply() where gap.layer == .landlock || gap.layer == .noNewPrivileges {
            Log("tool").warning("not confined by \(gap)")
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
