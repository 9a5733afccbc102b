/// Decides whether a symbolic link stays inside its tree.
enum LinkTarget {
    /// Why a link in a folder `depth` levels below the tree's top must not be made, nil when it may.
    ///
    /// `..` is allowed only at the front: there it climbs real folders, which can be counted. After a name it could
    /// climb from wherever another link leads.
    static func problem(with target: String, depth: Int) -> String? {
        guard !target.isEmpty, target.utf8.count <= TransferLimits.longestPath, !target.utf8.contains(0) else {
            return "the target of the link is not a path"
        }
        let refusal = "it is a link to '\(target)', outside the copied tree"
        guard !target.utf8.starts(with: [UInt8(ascii: "/")]) else { return refusal }
        var climbed = 0
        var named = false
        for component in target.split(separator: "/") where component != "." {
            if component != ".." {
                named = true
            } else if named {
                return "it is a link to '\(target)', which climbs after a name and so could leave the copied tree"
            } else {
                climbed += 1
            }
        }
        return climbed > depth ? refusal : nil
    }
}
