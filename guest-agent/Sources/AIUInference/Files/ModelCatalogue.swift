internal import AIUInferenceLink
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// What is known of the models' files; a file is read again only when it is another one.
final class ModelCatalogue: Sendable {
    /// Tells a file from the one that was at its place before.
    private struct Stamp: Equatable {
        let size: Int64
        let inode: UInt64
        let seconds: Int
    }

    private struct Entry {
        let stamp: Stamp
        let file: ModelFile
    }

    private let log = Log("models")
    private let known = Mutex<[String: Entry]>([:])

    /// All that can be used; the others are mentioned in the log.
    func files(_ folders: ModelFolders) -> [ModelFile] {
        var files: [ModelFile] = []
        for place in folders.places() {
            do throws(InferenceFailure) { files.append(try read(place)) } catch { log.warning("\(error)") }
        }
        return files
    }

    func file(_ name: String, _ folders: ModelFolders) throws(InferenceFailure) -> ModelFile {
        let places = folders.places()
        guard let found = places.first(where: { $0.name == name }) else {
            let names = places.map(\.name).joined(separator: ", ")
            throw InferenceFailure(
                .noSuchModel,
                "there is no model '\(name.prefix(64))' in this VM; there are: \(names.isEmpty ? "none" : names)")
        }
        return try read(found)
    }

    private func read(_ place: ModelFolders.Place) throws(InferenceFailure) -> ModelFile {
        let path = place.path
        let stamp: Stamp
        do throws(SystemError) {
            let metadata = try Files.metadata(path)
            stamp = Stamp(
                size: Int64(metadata.st_size), inode: UInt64(metadata.st_ino), seconds: metadata.st_mtim.tv_sec)
        } catch {
            throw InferenceFailure(.badModel, "\(error)")
        }
        if let entry = known.withLock({ $0[path] }), entry.stamp == stamp { return entry.file }
        let file = try ModelFile(place)
        known.withLock { $0[path] = Entry(stamp: stamp, file: file) }
        return file
    }
}
