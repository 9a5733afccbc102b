internal import AIUJSON
package import AIUModel
package import AIUNetLink
internal import CNFTables
internal import Glibc

/// libnftables, which puts rules into the kernel.
@safe package struct PacketFilter: ~Copyable {
    private let context: OpaquePointer

    package init() throws(NetProblem) {
        guard let context = unsafe nft_ctx_new(0) else { throw NetProblem("libnftables does not start") }
        unsafe self.context = unsafe context
        unsafe nft_ctx_buffer_output(context)
        unsafe nft_ctx_buffer_error(context)
    }

    deinit { unsafe nft_ctx_free(context) }

    /// Does all of it or nothing; what it says.
    package func run(_ text: String, json: Bool = false) throws(NetProblem) -> String {
        // NFT_CTX_OUTPUT_JSON, and what else stands there before.
        unsafe nft_ctx_output_set_flags(context, json ? 1 << 4 : 0)
        let result = unsafe nft_run_cmd_from_buffer(context, text)
        // Reading empties the buffers.
        let output = unsafe nft_ctx_get_output_buffer(context).map { unsafe String(cString: $0) } ?? ""
        let errors = unsafe nft_ctx_get_error_buffer(context).map { unsafe String(cString: $0) } ?? ""
        guard result == 0 else {
            let why = errors.split(separator: "\n").first.map(String.init) ?? "no reason"
            throw NetProblem("the kernel does not take rules for cards: \(why.prefix(300))")
        }
        return output
    }

    /// By device; empty while there are no rules of ours.
    package func count() throws(NetProblem) -> [String: CardUse] {
        let text: String
        do throws(NetProblem) {
            text = try run(PacketRules.count, json: true)
        } catch {
            // There is no table yet, or somebody has removed it.
            return [:]
        }
        let listing: Listing
        do throws(JSONError) {
            listing = try JSONText.decode(
                Listing.self, from: Array(text.utf8),
                limits: JSONLimits(maxBytes: 16 << 20, maxDepth: 16, maxMembers: 1_000_000))
        } catch {
            throw NetProblem("the counters cannot be read: \(error)")
        }
        var used: [String: CardUse] = [:]
        for counter in listing.nftables.compactMap(\.counter) {
            let parts = counter.name.split(separator: "_")
            guard parts.count == 2 else { continue }
            let device = NetworkCard.prefix + parts[1]
            if parts[0] == "in" { used[device, default: CardUse()].toGuest = counter.bytes }
            if parts[0] == "out" { used[device, default: CardUse()].fromGuest = counter.bytes }
        }
        return used
    }

    /// What libnftables prints.
    private struct Listing: Decodable {
        struct Item: Decodable { var counter: Counter? }
        struct Counter: Decodable {
            var name: String
            var bytes: Int64
        }
        var nftables: [Item]
    }
}
