internal import AIUModel
internal import AIUSystem

/// `policy.json` in the state directory.
struct PolicyFileOnDisk: PolicyFile {
    let path: String

    func read() throws(Failure) -> [UInt8]? {
        guard Files.exists(path) else { return nil }
        do throws(SystemError) {
            return try Files.read(path, limit: PolicyDocument.longest)
        } catch {
            throw Failure(.invalid, "\(error)")
        }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        do throws(SystemError) {
            try Files.replace(path, with: bytes)
        } catch {
            throw Failure(error.code == .noSpace ? .noSpace : .denied, "\(error)")
        }
    }
}
