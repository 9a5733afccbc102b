internal import AIUInferenceLink
internal import CLlama

/// The description at the beginning of a model's file. Every type is checked: the library ends the process on a wrong one.
@safe final class ModelMetadata {
    private let context: OpaquePointer

    init(path: String) throws(InferenceFailure) {
        EngineLog.forget()
        let parameters = unsafe gguf_init_params(no_alloc: true, ctx: nil)
        guard let context = unsafe gguf_init_from_file(path, parameters) else {
            throw InferenceFailure(
                .badModel, "\(path) is not a model that can be read: \(EngineLog.last ?? "not GGUF")")
        }
        unsafe self.context = context
    }

    deinit { unsafe gguf_free(context) }

    func has(_ key: String) -> Bool { unsafe gguf_find_key(context, key) >= 0 }

    func string(_ key: String) -> String? {
        guard let id = find(key, GGUF_TYPE_STRING), let text = unsafe gguf_get_val_str(context, id) else { return nil }
        return unsafe String(cString: text)
    }

    /// A whole number of any width.
    func number(_ key: String) -> Int? {
        let id = unsafe gguf_find_key(context, key)
        guard id >= 0 else { return nil }
        return switch unsafe gguf_get_kv_type(context, id) {
        case GGUF_TYPE_UINT8: Int(unsafe gguf_get_val_u8(context, id))
        case GGUF_TYPE_UINT16: Int(unsafe gguf_get_val_u16(context, id))
        case GGUF_TYPE_UINT32: Int(unsafe gguf_get_val_u32(context, id))
        case GGUF_TYPE_INT32: Int(unsafe gguf_get_val_i32(context, id))
        case GGUF_TYPE_UINT64: Int(clamping: unsafe gguf_get_val_u64(context, id))
        case GGUF_TYPE_INT64: Int(unsafe gguf_get_val_i64(context, id))
        default: nil
        }
    }

    func floats(_ key: String) -> [Float]? {
        guard let (id, count) = array(key, GGUF_TYPE_FLOAT32) else { return nil }
        guard count > 0, let data = unsafe gguf_get_arr_data(context, id) else { return [] }
        let typed = unsafe data.assumingMemoryBound(to: Float.self)
        return unsafe Array(UnsafeBufferPointer(start: typed, count: count))
    }

    func integers(_ key: String) -> [Int32]? {
        guard let (id, count) = array(key, GGUF_TYPE_INT32) else { return nil }
        guard count > 0, let data = unsafe gguf_get_arr_data(context, id) else { return [] }
        let typed = unsafe data.assumingMemoryBound(to: Int32.self)
        return unsafe Array(UnsafeBufferPointer(start: typed, count: count))
    }

    func strings(_ key: String, most: Int = 65_536) -> [String]? {
        guard let (id, count) = array(key, GGUF_TYPE_STRING), count <= most else { return nil }
        return (0..<count).map { index in
            guard let text = unsafe gguf_get_arr_str(context, id, index) else { return "" }
            return unsafe String(cString: text)
        }
    }

    /// The number of weights.
    var parameters: Int {
        var total = 0
        let tensors = unsafe gguf_get_n_tensors(context)
        for tensor in 0..<tensors {
            guard let sizes = unsafe gguf_get_tensor_ne(context, tensor) else { continue }
            var count = 1
            for dimension in 0..<Int(GGML_MAX_DIMS) {
                count = count.multipliedReportingOverflow(by: Int(unsafe sizes[dimension])).partialValue
            }
            total = total.addingReportingOverflow(count).partialValue
        }
        return total
    }

    private func find(_ key: String, _ type: gguf_type) -> Int64? {
        let id = unsafe gguf_find_key(context, key)
        guard id >= 0, unsafe gguf_get_kv_type(context, id) == type else { return nil }
        return id
    }

    private func array(_ key: String, _ type: gguf_type) -> (Int64, Int)? {
        guard let id = find(key, GGUF_TYPE_ARRAY), unsafe gguf_get_arr_type(context, id) == type else { return nil }
        return (id, unsafe gguf_get_arr_n(context, id))
    }
}
