package import AIUSystem

/// Why a piece of guest memory cannot be mapped.
package enum MemoryFault: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case overflow
    case overlap(guestAddress: UInt64)
    case tooMany(limit: Int)
    case beyondFile(needed: UInt64, has: UInt64)
    case unknown(guestAddress: UInt64)
    case system(SystemError)

    package var description: String {
        switch self {
        case .empty: "a memory region is empty"
        case .overflow: "a memory region ends beyond the address space"
        case .overlap(let address): "the memory region at 0x\(String(address, radix: 16)) overlaps another"
        case .tooMany(let limit): "more than \(limit) memory regions"
        case .beyondFile(let needed, let has): "a memory region needs \(needed) bytes of a file of \(has)"
        case .unknown(let address): "there is no memory region at 0x\(String(address, radix: 16))"
        case .system(let error): error.description
        }
    }
}
