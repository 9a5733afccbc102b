internal import AIUDigest
internal import AIUSystem

/// LUKS's way to keep a short key in many stripes, so that losing any of them loses the key.
enum AntiForensic {
    static let stripes = 4000

    static func split(_ key: [UInt8]) -> [UInt8] {
        var result = RandomBytes.make(stripes * key.count)
        var rest = fold(result, count: stripes - 1, size: key.count)
        defer { wipe(&rest) }
        let last = result.count - key.count
        for place in key.indices { result[last + place] = rest[place] ^ key[place] }
        return result
    }

    /// Nil when there are not as many stripes as there should be.
    static func merge(_ stripes: [UInt8], size: Int) -> [UInt8]? {
        guard size > 0, stripes.count == Self.stripes * size else { return nil }
        var rest = fold(stripes, count: Self.stripes - 1, size: size)
        defer { wipe(&rest) }
        return zip(rest, stripes.suffix(size)).map { $0 ^ $1 }
    }

    private static func fold(_ stripes: [UInt8], count: Int, size: Int) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: size)
        for index in 0..<count {
            let start = index * size
            for place in 0..<size { block[place] ^= stripes[start + place] }
            block = diffuse(block)
        }
        return block
    }

    private static func diffuse(_ block: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(block.count)
        var number: UInt32 = 0
        for start in stride(from: 0, to: block.count, by: SHA256.length) {
            let part = block[start..<min(start + SHA256.length, block.count)]
            var digest = SHA256()
            digest.update((0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } + part)
            result += digest.finalize().prefix(part.count)
            number += 1
        }
        return result
    }
}
