import AIUModel
import AIUModels
import AIUSystem
import Glibc
import Testing

/// The Python package `gguf`, if this machine has it.
enum GGUFPackage {
    private static var environment: [String] {
        ["PATH", "HOME", "PYTHONPATH"].compactMap { (name: String) -> String? in
            unsafe getenv(name).map { unsafe "\(name)=\(String(cString: $0))" }
        }
    }

    static func python(_ program: String, _ arguments: String...) throws -> Bool {
        var request = SpawnRequest("/usr/bin/env", ["python3", "-c", program] + arguments, environment: environment)
        request.descriptors = [-1, -1, 2]
        return try Child.spawn(request).wait() == .exited(0)
    }

    /// Without Python there is no package either.
    static let isInstalled = {
        let program = SpawnRequest("/usr/bin/env", ["python3", "-c", "import gguf"], environment: environment)
        return (try? Child.spawn(program).wait()) == .exited(0)
    }()
}

/// Against the reader and writer that llama.cpp's own tools use, where that Python package is installed.
@Suite("GGUF as others read and write it", .enabled(if: GGUFPackage.isInstalled))
struct CrossCheckTests {
    @Test("they read what the tests write, and we read what they write")
    func both() throws {
        let path = "/tmp/models-gguf-\(VMID.random())"
        defer { try? Files.remove(path) }  // a leftover in /tmp harms nobody
        try Files.replace(path, with: GGUFWriter.small.file)
        #expect(
            try GGUFPackage.python(
                """
                import sys, gguf
                reader = gguf.GGUFReader(sys.argv[1])
                assert reader.get_field("general.architecture").contents() == "llama"
                assert reader.get_field("tokenizer.ggml.tokens").contents() == ["<s>", "a", "é", ""]
                assert [(t.name, list(t.shape), t.tensor_type.name) for t in reader.tensors] == [
                    ("token_embd.weight", [64, 4], "Q4_0"), ("blk.0.attn_norm.weight", [64], "F32"),
                    ("blk.0.ffn_up.weight", [64, 128], "Q4_0")]
                """, path))
        #expect(
            try GGUFPackage.python(
                """
                import sys, gguf, numpy
                writer = gguf.GGUFWriter(sys.argv[1], "qwen2")
                writer.add_name("Theirs")
                writer.add_context_length(2048)
                writer.add_embedding_length(32)
                writer.add_block_count(3)
                writer.add_head_count(4)
                writer.add_head_count_kv(1)
                writer.add_token_list(["a", "b", "c"])
                writer.add_tokenizer_model("gpt2")
                writer.add_tensor("a.weight", numpy.ones((5, 32), dtype=numpy.float16))
                writer.add_tensor("b.weight", numpy.ones((7, 18), dtype=numpy.uint8), raw_dtype=gguf.GGMLQuantizationType.Q4_0)
                writer.write_header_to_file(); writer.write_kv_data_to_file(); writer.write_tensors_to_file()
                writer.close()
                """, path))
        let bytes = try Files.read(path)
        let read = try header(of: bytes)
        #expect((read.leastFileSize...read.mostFileSize).contains(UInt64(bytes.count)))
        let summary = try ModelSummary(read)
        #expect(summary.architecture == "qwen2" && summary.name == "Theirs" && summary.contextLength == 2048)
        #expect(summary.parameters == 5 * 32 + 7 * 32 && summary.cacheWidth == 3 * 1 * 16)
        #expect(summary.types == ["F16": ByteCount(bytes: 320), "Q4_0": ByteCount(bytes: 126)])
        #expect(summary.vocabularySize == 3 && summary.tokenizer == "gpt2" && !summary.hasChatTemplate)
    }

    @Test("the types of tensors are as they say")
    func types() throws {
        let table = TensorType.all.map { "\($0.number):(\($0.elements),\($0.bytes))" }
        #expect(
            try GGUFPackage.python(
                """
                import sys, gguf
                known = {t.value: s for t, s in gguf.GGML_QUANT_SIZES.items()}
                for number, size in eval("{" + sys.argv[1] + "}").items():
                    # An older package does not know the newest types.
                    assert number not in known or known[number] == size, (number, size)
                """, table.joined(separator: ",")))
    }
}
