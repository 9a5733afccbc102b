internal import AIUInferenceLink
internal import AIUSystem
internal import AIUWire

/// Where the models of a VM are: in its image, and on the disks that bring others.
package struct ModelFolders: Sendable {
    /// Where a model is, and what the host says of one that it attached.
    struct Place {
        let name: String
        let path: String
        var attached: AttachedModel?
    }

    package static let usual = ModelFolders(["/usr/share/aiu/models"], list: AttachedModel.list)

    private static let suffix = ".gguf"
    /// Files looked at in one folder.
    private static let most = 256

    private let folders: [String]
    private let list: String?

    /// `list` is a file with the models that the host attached.
    package init(_ folders: [String], list: String? = nil) {
        self.folders = folders
        self.list = list
    }

    /// All models; the first one found has a name that several want.
    func places() -> [Place] {
        var found: [Place] = []
        var names: Set<String> = []
        for folder in folders {
            for file in entries(folder) where file.hasSuffix(Self.suffix) {
                let name = String(file.dropLast(Self.suffix.count))
                if names.insert(name).inserted { found.append(Place(name: name, path: "\(folder)/\(file)")) }
            }
        }
        for model in list.map(AttachedModels.read) ?? [] where names.insert(model.name).inserted {
            found.append(Place(name: model.name, path: model.path(in: list), attached: model))
        }
        return found
    }

    private func entries(_ folder: String) -> [String] {
        // A folder that is not there has no models.
        Array(((try? Files.names(in: folder)) ?? []).sorted().prefix(Self.most))
    }
}

extension AttachedModel {
    /// Its link lies beside the list.
    fileprivate func path(in list: String?) -> String {
        guard let list, let slash = list.lastIndex(of: "/") else { return path }
        return "\(list[..<slash])/\(name).gguf"
    }
}
