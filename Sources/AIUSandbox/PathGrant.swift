/// A folder or file that stays reachable, with all that is below it.
package struct PathGrant: Equatable, Sendable {
    /// What may be done with it.
    package enum Access: Equatable, Sendable {
        case read
        case readAndWrite
        /// A device, whose own orders may be given to it as well.
        case control
        /// Programs there may be run, too.
        case readAndExecute
        /// What is made there may be run.
        case all
        /// Only that empty folders in it may be removed.
        case removeFolders
    }

    package let path: String
    package let access: Access

    package init(_ path: String, _ access: Access) {
        self.path = path
        self.access = access
    }
}
