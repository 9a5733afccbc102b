import AIUDigest
import AIUSystem
import AIUTransfer
import AIUWire
import Glibc

/// Whatever a sender sends: nothing appears outside the destination and no half file stays in it.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzTransfer(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    do {
        try FuzzScene.prepare()
        try receive(HostileSender(bytes))
        try FuzzScene.check()
    } catch {
        preconditionFailure("the scene itself failed: \(error)")
    }
    return 0
}

private func receive(_ sender: consuming HostileSender) throws {
    var sender = sender
    let limits = TransferLimits(entries: 40, depth: 4, bytes: 1 << 20)
    let receiver = try TreeReceiver(
        at: try Destination(path: FuzzScene.box, sourceName: "copy", intoFolder: true), limits: limits)
    do throws(TransferError) {
        while let frame = sender.next() {
            if case .finished = try receiver.receive(frame) { return }
        }
    } catch {
        precondition(!error.description.isEmpty, "a refusal without words")
    }
}

/// A folder for the copy, with something precious beside it and traps in it.
private enum FuzzScene {
    static let top = "/tmp/aiu-fuzz-transfer-\(getpid())"
    static let box = "\(top)/box"
    private static let precious = Array("kept".utf8)

    static func prepare() throws {
        try Files.removeTree(top)
        try Files.makeFolder("\(box)/copy")
        try Files.makeFolder("\(top)/outside")
        try Files.replace("\(top)/precious", with: precious)
        for (name, target) in [("a", "../../outside"), ("f", "../../precious")] {
            precondition(unsafe symlink(target, "\(box)/copy/\(name)") == 0)
        }
    }

    static func check() throws {
        let names = try Files.names(in: top)
        precondition(names == ["box", "outside", "precious"], "something appeared outside")
        let outside = try Files.names(in: "\(top)/outside")
        precondition(outside.isEmpty, "a link was followed")
        let content = try Files.read("\(top)/precious")
        precondition(content == precious, "a file outside was changed")
        let copies = try Files.names(in: box)
        precondition(copies == ["copy"], "the copy has another name")
        try checkTree("\(box)/copy")
        try Files.removeTree(top)
    }

    private static func checkTree(_ path: String) throws {
        var information = stat()
        precondition(unsafe lstat(path, &information) == 0)
        precondition(
            information.st_mode & 0o7000 == 0 || information.st_mode & S_IFMT != S_IFREG, "a right was handed out")
        guard information.st_mode & S_IFMT == S_IFDIR else { return }
        for name in try Files.names(in: path) {
            precondition(!name.hasPrefix(".aiu-copy-"), "a half file was left")
            try checkTree("\(path)/\(name)")
        }
    }
}
