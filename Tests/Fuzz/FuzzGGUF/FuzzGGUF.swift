import AIUModel
import AIUModels

/// Whatever a model's header holds: it is read in bounds or refused with words, and what was read makes sense.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzGGUF(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    // The first byte chooses the size of the pieces, and whether the fuzzer is spared the first eight bytes.
    let first = input.first ?? 0
    let begin = first & 1 == 0 ? Array("GGUF".utf8) + [3, 0, 0, 0] : []
    let bytes = begin + input.dropFirst()
    let piece = first & 2 == 0 ? bytes.count + 1 : Int(first) + 1
    do throws(GGUFError) {
        let header = try read(bytes, piece)
        precondition(header.dataOffset % header.alignment == 0 && header.leastFileSize <= header.mostFileSize)
        precondition(header.leastFileSize <= 2 * GGUFLimits.fileBytes + GGUFLimits.headerBytes + GGUFLimits.alignment)
        // However the bytes come, they say the same.
        let again = try read(bytes, 7)
        precondition(again == header || hasNaN(header))
        let summary = try ModelSummary(header)
        precondition(summary.tensors > 0)
        guard let name = ModelName("fuzz") else { return 0 }
        do throws(Failure) {
            let estimate = try ModelEstimate(of: name, summary, contextLength: Int(first) + 1, memory: .mebibytes(64))
            precondition(estimate.total.bytes >= estimate.cache.bytes)
        } catch {
            precondition(!error.message.isEmpty)
        }
    } catch {
        precondition(!error.description.isEmpty, "a refusal without words")
        precondition(error.offset <= UInt64(bytes.count), "a refusal beyond the end")
    }
    return 0
}

private func read(_ bytes: [UInt8], _ piece: Int) throws(GGUFError) -> GGUFHeader {
    var rest = bytes[...]
    return try GGUFHeader { (count: Int) throws(GGUFError) in
        let part = Array(rest.prefix(min(count, piece)))
        rest = rest.dropFirst(part.count)
        return part
    }
}

/// A value that does not even equal itself.
private func hasNaN(_ header: GGUFHeader) -> Bool {
    header.metadata.values.values.contains { if case .float(let value) = $0 { value.isNaN } else { false } }
}
