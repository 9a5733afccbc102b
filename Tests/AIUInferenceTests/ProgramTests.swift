import AIUInferenceLink
import AIUSystem
import AIUWire
import Glibc
import Testing

/// The program as the agent starts it, with either variant of its arithmetic.
struct ProgramTests {
    private static let models = Fixture.folder.replacing("Tests/AIUInferenceTests/Fixtures", with: "model")

    @Test(arguments: ["haswell", "x64"]) func `both variants compute what the weights say`(_ variant: String) throws {
        guard variant == "x64" || Self.hasAVX2 else { return }
        let program = try InferenceProgram(["--variant=\(variant)", Fixture.folder])
        let client = try InferenceClient(path: program.path)
        #expect(try client.models().allSatisfy { $0.engine == variant })
        let vector = try client.embed(["add two and three"], model: "tiny-embedding")[0]
        let distance = zip(vector, try Fixture.expected().vector).map { abs($0 - $1) }.max() ?? 1
        #expect(distance < 0.02)
        let request = GenerateRequest(text: "x", grammar: #"root ::= "yes" | "no""#)
        #expect(["yes", "no"].contains(try Fixture.write(client, request).text))
    }

    /// One variant has products of its own for weights of 8 and of 4 bits.
    @Test(arguments: ["tiny-q8_0", "tiny-q4_0", "aiu-embedding"])
    func `both variants agree about quantised weights`(_ model: String) throws {
        let folder = model == "aiu-embedding" ? Self.models : "\(Fixture.folder)/quantised"
        guard Self.hasAVX2, Files.exists("\(folder)/\(model).gguf") else { return }
        let texts = ["add two and three", "the price of a file in the mean", "a b c", "of"]
        var vectors: [[[Float]]] = []
        for variant in ["haswell", "x64"] {
            let program = try InferenceProgram(["--variant=\(variant)", folder])
            vectors.append(try InferenceClient(path: program.path).embed(texts, model: model))
        }
        for (left, right) in zip(vectors[0], vectors[1]) {
            #expect(zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } > 0.998)
        }
    }

    @Test func `texts that mean alike have vectors alike`() throws {
        guard Files.exists("\(Self.models)/aiu-embedding.gguf") else { return }
        let client = try Fixture.client(Fixture.server([Self.models]))
        let vectors = try client.embed([
            "A cat sleeps on the sofa.", "A kitten naps on a couch.", "Tax law for companies",
        ])
        func likeness(_ left: Int, _ right: Int) -> Float {
            zip(vectors[left], vectors[right]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(likeness(0, 1) > 0.5)
        #expect(likeness(0, 2) < 0.2)
    }

    @Test func `the shipped router chooses a tool`() throws {
        guard Files.exists("\(Self.models)/aiu-router.gguf") else { return }
        let client = try Fixture.client(Fixture.server([Self.models]))
        let words = "what is the average of the column price".split(separator: " ").map { RouterWord(String($0)) }
        let scores = try client.route(words: words)
        let head = try #require(scores.heads["tool"])
        #expect(head.labels.first == "")
        #expect(head.labels.contains("csv"))
        #expect(scores.heads["argument"]?.rows == scores.wordSteps * words.count)
        #expect(scores.heads.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
    }

    private static var hasAVX2: Bool {
        guard let text = try? Files.read("/proc/cpuinfo") else { return false }  // Then it is not an x86 machine.
        return String(decoding: text, as: UTF8.self).contains(" avx2 ")
    }
}
