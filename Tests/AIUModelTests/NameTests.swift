import AIUModel
import Testing

struct NameTests {
    @Test(
        "a name is valid or it is not",
        arguments: [
            ("a", true), ("notes", true), ("n-2", true), (String(repeating: "a", count: 63), true),
            ("", false),  // nothing to call it by
            (String(repeating: "a", count: 64), false),  // longer than a host name may be
            ("2notes", false), ("-notes", false), ("notes-", false),  // not a host name
            ("Notes", false), ("nötes", false), ("a.b", false), ("a_b", false),  // outside the alphabet
            ("../etc", false), ("a/b", false), ("a b", false), ("a\n", false), ("a\u{0}", false),  // hostile
        ])
    func names(text: String, valid: Bool) {
        #expect((VMName(text) != nil) == valid)
    }

    @Test("identifiers are 12 hex digits, and two are different")
    func identifiers() {
        #expect(VMID("0123456789ab") != nil)
        for wrong in ["", "0123456789a", "0123456789abc", "0123456789AB", "../456789abc"] {
            #expect(VMID(wrong) == nil)
        }
        #expect(VMID.random() != VMID.random())
        #expect(VMID(VMID.random().text) != nil)
    }
}
