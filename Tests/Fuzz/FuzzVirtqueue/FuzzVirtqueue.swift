import AIUSystem
import AIUVsock
import CLinux
import Glibc

/// A hostile guest on its rings: whatever it writes, the back end neither traps nor grows.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzVirtqueue(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(unsafe Array(UnsafeBufferPointer(start: data, count: count)))
    do {
        let guest = try HostileGuest(&input)
        while !input.isEmpty { try guest.step(&input) }
        guest.finish()
    } catch {
        preconditionFailure("the surroundings failed: \(error)")
    }
    return 0
}
