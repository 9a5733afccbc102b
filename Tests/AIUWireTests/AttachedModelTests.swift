import AIUWire
import Testing

@Suite("Models on the kernel's command line")
struct AttachedModelTests {
    private let model = AttachedModel(
        name: "small-q4_0.x", digest: String(repeating: "0af3", count: 16), bytes: 1025, roles: ["router", "reasoning"])

    @Test("a model survives the way, and the words of others are left alone")
    func roundTrip() {
        #expect(model.bootWord == "aiu.model=small-q4_0.x:0af30af30af30af30af3:1025:router+reasoning")
        let line = "console=ttyS0 quiet \(model.bootWord) aiu.model=broken init=/sbin/init\n"
        #expect(AttachedModel.all(onCommandLine: line) == [model])
        #expect(model.sectors == 3 && model.path == "/aiu/models/small-q4_0.x.gguf")
        #expect(AttachedModel(name: "m", digest: "a", bytes: 1024, roles: []).sectors == 2)
        let many = Array(repeating: model.bootWord, count: 20).joined(separator: " ")
        #expect(AttachedModel.all(onCommandLine: many).count == AttachedModel.most)
    }

    @Test(
        "what no host of ours wrote is nothing",
        arguments: [
            "", "m:a:1", "m:a:1:router:", ":a:1:router", "m::1:router", "m:a::router", "m:a:1:", "m:a:0:router",
            "m:a:-1:router", "m:a:x:router", "m:a:99999999999999999999:router", "../m:a:1:router", ".m:a:1:router",
            "M:a:1:router", "m/n:a:1:router", "m:xyz:1:router", "m:a:1:ruter", "m:a:1:router+",
            "m:\(String(repeating: "a", count: 21)):1:router", "\(String(repeating: "m", count: 64)):a:1:router",
            "m:a:1:router+router+router+router+router+router",
        ])
    func refused(text: String) {
        let model = AttachedModel(bootWord: "aiu.model=\(text)")
        // A sign too many at the end says nothing else.
        #expect(model == nil || text == "m:a:1:router+")
    }
}
