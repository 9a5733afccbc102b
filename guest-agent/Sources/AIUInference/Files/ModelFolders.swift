internal import AIUInferenceLink
internal import AIUSystem

/// Where the models of a VM are: in its image, and on the disks that bring others.
package struct ModelFolders: Sendable {
    package static let usual = ModelFolders(["/usr/share/aiu/models"], disks: "/aiu/models")

    private static let suffix = ".gguf"
    /// Files looked at in one folder, and folders of disks.
    private static let most = 256

    private let folders: [String]
    private let disks: String?

    /// `disks` is a folder of folders with models.
    package init(_ folders: [String], disks: String? = nil) {
        self.folders = folders
        self.disks = disks
    }

    /// The paths of all models by name; the first one found has a name that several want.
    func paths() -> [(name: String, path: String)] {
        var found: [(name: String, path: String)] = []
        var names: Set<String> = []
        for folder in folders + diskFolders() {
            for file in entries(folder) where file.hasSuffix(Self.suffix) {
                let name = String(file.dropLast(Self.suffix.count))
                if names.insert(name).inserted { found.append((name, "\(folder)/\(file)")) }
            }
        }
        return found
    }

    private func diskFolders() -> [String] {
        guard let disks else { return [] }
        return entries(disks).map { "\(disks)/\($0)" }
    }

    private func entries(_ folder: String) -> [String] {
        // A folder that is not there has no models.
        Array(((try? Files.names(in: folder)) ?? []).sorted().prefix(Self.most))
    }
}
