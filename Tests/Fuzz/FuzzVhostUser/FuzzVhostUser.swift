import AIUSystem
import AIUVsock
import CLinux
import Glibc

/// A front end that says anything, in any pieces, with any descriptors: the back end answers or hangs up, and keeps
/// nothing that it was not given to keep.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzVhostUser(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(unsafe Array(UnsafeBufferPointer(start: data, count: count)))
    let before = openDescriptors()
    do {
        try converse(&input)
    } catch {
        preconditionFailure("the surroundings failed: \(error)")
    }
    precondition(openDescriptors() == before, "descriptors leaked")
    return 0
}

/// The lowest free descriptor: it rises when one leaks.
private func openDescriptors() -> Int32 {
    let descriptor = dup(0)
    close(descriptor)
    return descriptor
}

private func converse(_ input: inout FuzzInput) throws {
    Log.configure(threshold: .error)
    let loop = try EventLoop()
    let device = VsockDevice(cid: 42, loop: loop) { _ throws(SystemError) in
        throw SystemError("connect", code: .connectionRefused)
    }
    let (ours, theirs) = try UnixSocket.pair().take()
    let backEnd = FileDescriptor(owning: ours)
    let frontEnd = FileDescriptor(owning: theirs)
    try backEnd.setNonBlocking()
    try frontEnd.setNonBlocking()
    let session = VhostUserSession(socket: backEnd, device: device, loop: loop)
    let memory = FileDescriptor(owning: try SystemError.check(unsafe aiu_memfd("fuzz"), "make memory"))
    try memory.truncate(to: 1 << 20)
    let event = FileDescriptor(owning: eventfd(0, Int32(EFD_NONBLOCK)))

    while !input.isEmpty {
        let bytes = message(&input)
        let descriptor = input.byte() % 4 == 0 ? event.raw : memory.raw
        let descriptors = Array(repeating: descriptor, count: Int(input.byte() % 10))
        // In two pieces now and then.
        let cut = input.byte() % 4 == 0 ? Int(input.byte()) % bytes.count : bytes.count
        for (index, piece) in [bytes[..<cut], bytes[cut...]].enumerated() where !piece.isEmpty {
            let part = Array(piece)
            let sent = unsafe aiu_send_with_fds(
                frontEnd.raw, part, part.count, descriptors, index == 0 ? descriptors.count : 0)
            guard sent == part.count else { return }
            do throws(VhostUserError) {
                guard try session.receive() else { return }
            } catch {
                precondition(!error.description.isEmpty)
                return
            }
            _ = try frontEnd.read(upTo: 4096)
            try loop.turn(waitingAtMost: .zero)
            _ = device.pump()
            precondition(device.memory.count <= Limits.memoryRegions)
        }
    }
    device.closeAll()
}

/// A message that is nearly right.
private func message(_ input: inout FuzzInput) -> [UInt8] {
    let kind = input.byte()
    let request = kind & 0x80 == 0 ? UInt32(kind & 0x3F) : input.number(UInt32.self)
    var payload: [UInt8] = []
    switch input.byte() % 6 {
    case 0: payload = (0..<Int(input.byte())).map { _ in input.byte() }
    case 1: payload = little(UInt32(input.byte() % 4)) + little(UInt32(1) << UInt32(input.byte() % 12))
    case 2:
        payload = little(UInt32(input.byte() % 4)) + little(UInt32(0))
        for _ in 0..<3 { payload += little(UInt64(input.byte()) << 12) }
        payload += little(UInt64(0))
    case 3:
        let count = UInt32(input.byte() % 10)
        payload = little(count) + little(UInt32(0))
        for _ in 0..<count { payload += region(&input) }
    case 4: payload = little(UInt64(0)) + region(&input)
    case _: payload = little(UInt64(input.byte()) | UInt64(input.byte() & 1) << 8 | UInt64(input.byte() & 7) << 28)
    }
    let flags = input.byte() % 16 == 0 ? input.number(UInt32.self) : UInt32(input.byte() & 8) | 1
    let size = input.byte() % 16 == 0 ? input.number(UInt32.self) : UInt32(payload.count)
    return little(request) + little(flags) + little(size) + payload
}

private func region(_ input: inout FuzzInput) -> [UInt8] {
    let isWild = input.byte() % 8 == 0
    return little(isWild ? input.number(UInt64.self) : UInt64(input.byte()) << 12)
        + little(isWild ? input.number(UInt64.self) : UInt64(input.byte()) << 12)
        + little(isWild ? input.number(UInt64.self) : UInt64(input.byte()) << 12)
        + little(isWild ? input.number(UInt64.self) : UInt64(input.byte()) << 12)
}

private func little(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
