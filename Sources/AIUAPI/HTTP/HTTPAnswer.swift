internal import CMicroHTTPD
internal import Glibc

/// A response of libmicrohttpd, freed when it goes out of scope; the connection it was queued on keeps its own hold.
@safe final class HTTPAnswer {
    private static let block = 16 * 1024

    private let handle: OpaquePointer

    init?(_ body: [UInt8], type: String?) {
        let made = unsafe body.withUnsafeBytes { unsafe aiu_mhd_copy_response($0.baseAddress, $0.count) }
        guard let made = unsafe made else { return nil }
        unsafe handle = made
        if let type { add("Content-Type", type) }
    }

    init?(_ stream: ByteStream, type: String) {
        let context = unsafe Unmanaged.passRetained(stream)
        let made = unsafe MHD_create_response_from_callback(
            .max, Self.block, { unsafe readStream($0, $2, $3) }, context.toOpaque(), { unsafe freeStream($0) })
        guard let made = unsafe made else {
            unsafe context.release()
            return nil
        }
        unsafe handle = made
        add("Content-Type", type)
        add("Cache-Control", "no-store")
    }

    init?(upgradingTo name: String) {
        let made = unsafe MHD_create_response_for_upgrade(
            { unsafe handOver($2, $3, $4, $5, $6) }, nil)
        guard let made = unsafe made else { return nil }
        unsafe handle = made
        add("Upgrade", name)
    }

    deinit { unsafe MHD_destroy_response(handle) }

    func add(_ name: String, _ value: String) { _ = unsafe MHD_add_response_header(handle, name, value) }

    func queue(_ status: UInt32, on connection: OpaquePointer) -> Bool {
        unsafe aiu_mhd_queue(connection, status, handle) != 0
    }
}

private func readStream(
    _ context: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ count: Int
) -> Int {
    guard let context = unsafe context, let buffer = unsafe buffer else { return -2 }
    let stream = unsafe Unmanaged<ByteStream>.fromOpaque(context).takeUnretainedValue()
    return unsafe stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: count))
}

private func freeStream(_ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    unsafe Unmanaged<ByteStream>.fromOpaque(context).release()
}

private func handOver(
    _ state: UnsafeMutableRawPointer?, _ rest: UnsafePointer<CChar>?, _ restCount: Int, _ socket: Int32,
    _ handle: OpaquePointer?
) {
    if let state = unsafe state {
        let bytes = unsafe Array(UnsafeRawBufferPointer(start: rest, count: restCount))
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(state).takeUnretainedValue()
        // A descriptor of its own, before libmicrohttpd closes the one that it has.
        let own = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        unsafe exchange.upgraded(bytes, own, UpgradeHandle(handle, isSecure: exchange.isSecure))
        return
    }
    unsafe aiu_mhd_end_upgrade(handle)
}
