internal import AIUSystem

/// A language of programs, and what runs it.
enum ProgramLanguage: String, CaseIterable, Sendable {
    case python, shell, javascript, lua, c

    var title: String {
        switch self {
        case .python: "Python"
        case .shell: "shell"
        case .javascript: "JavaScript"
        case .lua: "Lua"
        case .c: "C"
        }
    }

    /// Where its interpreter may be, the preferred one first.
    private var candidates: [String] {
        switch self {
        case .python: ["/usr/bin/python3", "/usr/local/bin/python3"]
        case .shell: ["/bin/bash", "/bin/sh"]
        case .javascript: [Engine.ours("aiu-javascript"), "/usr/bin/qjs", "/usr/bin/node", "/usr/bin/duk"]
        case .lua: ["/usr/bin/lua5.4", "/usr/bin/lua", "/usr/bin/lua5.3"]
        case .c: ["/usr/bin/tcc", "/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"]
        }
    }

    var interpreter: String? { candidates.first { Files.exists($0) } }

    var ending: String {
        switch self {
        case .python: "py"
        case .shell: "sh"
        case .javascript: "js"
        case .lua: "lua"
        case .c: "c"
        }
    }

    /// What a file's ending says about its language.
    init?(fileName: String) {
        let ending = fileName.lowercased().split(separator: ".").last ?? ""
        switch ending {
        case "py", "py3": self = .python
        case "sh", "bash": self = .shell
        case "js", "mjs", "cjs": self = .javascript
        case "lua": self = .lua
        case "c": self = .c
        case _: return nil
        }
    }

    /// Those that this image can run.
    static var present: [ProgramLanguage] { allCases.filter { $0.interpreter != nil } }
}
