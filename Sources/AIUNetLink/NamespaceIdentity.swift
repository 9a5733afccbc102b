internal import AIUSystem
package import Glibc

/// Which network namespace a file stands for: a name may be given to another one.
package enum NamespaceIdentity {
    package static func text(_ information: stat) -> String { "\(information.st_dev):\(information.st_ino)" }

    /// Nil when there is none of that name.
    package static func of(_ path: String) -> String? {
        // A name that cannot be looked at leads nowhere.
        (try? Files.metadata(path)).map(text)
    }
}
