/// The one buffer that everything on the loop reads into.
@safe final class DoorScratch {
    static let size = 64 * 1024

    let bytes: UnsafeMutableRawBufferPointer

    init() { unsafe bytes = .allocate(byteCount: Self.size, alignment: 16) }

    deinit { unsafe bytes.deallocate() }
}
