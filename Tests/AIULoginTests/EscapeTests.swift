import AIUDirectory
import Testing

struct EscapeTests {
    @Test(
        "a name stays a name inside of what a directory reads as a language",
        arguments: [
            ("anna", "anna", "anna"), ("anna.b-c_d@x", "anna.b-c_d@x", "anna.b-c_d@x"),
            ("a,ou=admins", #"a\2cou\3dadmins"#, "a,ou=admins"),  // another branch of the tree
            ("*)(uid=*", #"\2a\29\28uid\3d\2a"#, #"\2a\29\28uid=\2a"#),  // everybody
            ("a\\", #"a\5c"#, #"a\5c"#), ("a\u{0}b", #"a\00b"#, #"a\00b"#), ("é", #"\c3\a9"#, #"\c3\a9"#),
            (" a", #"\20a"#, " a"), ("#a", #"\23a"#, "#a"),
        ])
    func escapes(text: String, name: String, filter: String) {
        #expect(Escape.name(text) == name)
        #expect(Escape.filter(text) == filter)
    }
}
