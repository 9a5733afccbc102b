import AIUSystem
import CLinux
import Glibc

/// A guest's memory, made here instead of by QEMU.
@safe final class FakeMemory {
    static let guestBase: UInt64 = 0x10_0000
    static let userBase: UInt64 = 0x7000_0000_0000

    let size: Int
    let file: FileDescriptor
    private let bytes: UnsafeMutableRawPointer

    init(size: Int = 8 << 20) throws {
        self.size = size
        file = FileDescriptor(owning: try SystemError.check(unsafe aiu_memfd("guest"), "make guest memory"))
        try file.truncate(to: Int64(size))
        let mapping = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.raw, 0)
        guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
            throw SystemError("map", code: .current)
        }
        unsafe bytes = mapping
    }

    deinit { unsafe munmap(bytes, size) }

    func load<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type = Value.self) -> Value {
        unsafe bytes.loadUnaligned(fromByteOffset: offset, as: type)
    }

    func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        unsafe bytes.storeBytes(of: value, toByteOffset: offset, as: type(of: value))
    }

    func write(_ content: [UInt8], at offset: Int) {
        unsafe content.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (bytes + offset).copyMemory(from: start, byteCount: source.count)
        }
    }

    func read(_ offset: Int, _ count: Int) -> [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: bytes + offset, count: count))
    }
}
