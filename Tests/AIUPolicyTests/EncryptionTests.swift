import AIUModel
import AIUPolicy
import Testing

@Suite("encrypted disks by policy")
struct EncryptionTests {
    private func policy(_ text: String, user: UInt32? = nil) throws -> PolicyInForce {
        EffectivePolicy(try PolicyDocument(parsing: Array(text.utf8)), PolicySubject(user: user)).inForce(version: 3)
    }

    @Test("the first scope that requires them is named; none does where none says so")
    func scopes() throws {
        #expect(try policy("{}").encryptionScope == nil)
        #expect(try policy(#"{"resources": {"encryption": "optional"}}"#).encryptionScope == nil)
        #expect(try policy(#"{"resources": {"encryption": "required"}}"#).encryptionScope == .host)
        let inner = #"{"resources": {"vms": 4}, "users": {"1000": {"resources": {"encryption": "required"}}}}"#
        #expect(try policy(inner).encryptionScope == nil)
        #expect(try policy(inner, user: 1000).encryptionScope == .user("1000"))
    }

    @Test("narrower scopes keep what a wider one requires")
    func tightened() {
        let outer = ResourceQuota(vms: 2, encryption: .required)
        #expect(outer.tightened(by: ResourceQuota(vms: 1)).encryption == .required)
        #expect(ResourceQuota().tightened(by: outer).encryption == .required)
        #expect(ResourceQuota(encryption: .optional).tightened(by: ResourceQuota()).encryption == .optional)
    }

    @Test("a disk that is not encrypted is refused with the scope and the way out")
    func refusal() throws {
        let policy = try policy(#"{"resources": {"encryption": "required"}}"#)
        try policy.checkEncryption(of: true, "do something else")
        let refused = #expect(throws: Failure.self) { try policy.checkEncryption(of: false, "do something else") }
        #expect(refused?.reason == .denied)
        #expect(refused?.message.contains("version 3, host") == true)
        #expect(refused?.message.hasSuffix("; do something else") == true)
    }
}
