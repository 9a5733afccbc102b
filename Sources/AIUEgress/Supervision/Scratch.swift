internal import CLinux

/// Memory into which every read of this thread goes first.
@safe final class Scratch {
    let memory: UnsafeMutableRawBufferPointer

    init() {
        unsafe memory = .allocate(byteCount: EgressLimits.pieceBytes, alignment: 16)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { unsafe memory.deallocate() }

    func copy(_ count: Int) -> [UInt8] { unsafe Array(memory[..<count]) }

    func wipe() { unsafe aiu_wipe(memory.baseAddress, memory.count) }
}
