/// What a guest did wrong with a ring. The ring then rests until the guest resets the device.
package enum RingFault: Error, Equatable, Sendable, CustomStringConvertible {
    case indexJumped(from: UInt16, to: UInt16)
    case headOutOfRange(UInt16)
    case nextOutOfRange(UInt16)
    case chainTooLong
    case chainTooShort(Int)
    case emptyDescriptor
    case outsideMemory(address: UInt64, length: UInt32)
    case wrongDirection
    case indirectNotOffered
    case indirectLength(UInt32)
    case indirectNested
    case indirectWithNext

    package var description: String {
        switch self {
        case .indexJumped(let from, let to): "the available index jumped from \(from) to \(to)"
        case .headOutOfRange(let index): "chain head \(index) is out of range"
        case .nextOutOfRange(let index): "next descriptor \(index) is out of range"
        case .chainTooLong: "a chain is too long or a loop"
        case .chainTooShort(let count): "a chain of \(count) bytes cannot hold a packet header"
        case .emptyDescriptor: "a descriptor is empty"
        case .outsideMemory(let address, let length):
            "\(length) bytes at 0x\(String(address, radix: 16)) are outside the guest's memory"
        case .wrongDirection: "a descriptor has the wrong direction"
        case .indirectNotOffered: "an indirect table was not agreed on"
        case .indirectLength(let length): "an indirect table has \(length) bytes"
        case .indirectNested: "an indirect table is in an indirect table"
        case .indirectWithNext: "an indirect descriptor has a next one"
        }
    }
}
