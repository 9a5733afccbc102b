internal import AIUModel
package import AIUNetLink
internal import AIUSystem
internal import CLinux
internal import Glibc

/// Starts a VM's proxy inside of a network namespace: all that it connects to is connected to from there.
package struct NamespaceEntry {
    private let program: String
    private let roots: String?
    private let folder: String

    package init(program: String, roots: String?, folder: String = NetworkNamespace.folder) {
        self.program = program
        self.roots = roots
        self.folder = folder
    }

    /// A handle of the process, which its caller closes, and what is said about it.
    package func enter(
        _ wish: NetRequest.Enter, _ descriptors: [Int32]
    ) throws(NetProblem) -> (NetAnswer.Entered, Int32) {
        let name = wish.namespace
        guard NetworkNamespace.isName(name) else { throw NetProblem("this is no name of a network namespace") }
        guard descriptors.count == NetRequest.Enter.descriptors else {
            throw NetProblem("a proxy takes \(NetRequest.Enter.descriptors) descriptors, not \(descriptors.count)")
        }
        do {
            let namespace = try open(name)
            let identity = NamespaceIdentity.text(try namespace.metadata())
            var request = ProxyStart.request(program, roots: roots, descriptors: descriptors, options(name))
            request.network = namespace.raw
            let child = try Child.spawn(request)
            return (NetAnswer.Entered(pid: child.pid, identity: identity), try child.pidfd.duplicate().release())
        } catch let error as NetProblem {
            throw error
        } catch let error as SpawnError where error.code == .permissionDenied || error.code == Errno(EPERM) {
            throw NetProblem("\(error); that takes CAP_SYS_ADMIN")
        } catch {
            throw NetProblem("\(error)")
        }
    }

    private func open(_ name: String) throws -> FileDescriptor {
        let path = "\(folder)/\(name)"
        guard Files.exists(path) else {
            throw NetProblem("there is no network namespace '\(name)'; `ip netns` shows those there are")
        }
        let file = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        guard aiu_is_network_namespace(file.raw) == 1 else {
            throw NetProblem("\(path) is no network namespace; `ip netns add \(name)` makes one")
        }
        return file
    }

    private func options(_ name: String) -> [String] {
        let names = NetworkNamespace.resolverFile(of: name)
        return ["--namespace", name] + (Files.exists(names) ? ["--names", names] : [])
    }
}
