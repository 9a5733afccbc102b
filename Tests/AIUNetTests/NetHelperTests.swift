import AIUModel
import AIUNetHelper
import AIUNetLink
import AIUSystem
import Glibc
import Testing

/// The program with the privileges, asked as the supervisor asks it, with a proxy that is a script of the test's.
@Suite(.enabled(if: geteuid() == 0 && Files.exists("/usr/sbin/ip")))
struct NetHelperTests {
    private static var program: String {
        // Beside the tests, where the build puts it.
        let own = CommandLine.arguments[0]
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        for candidate in [folder, "\(folder)/..", "\(folder)/../..", ".build/debug"] {
            if Files.exists("\(candidate)/aiu-net") { return "\(candidate)/aiu-net" }
        }
        return ".build/debug/aiu-net"
    }

    /// Answers with what the script has written.
    private func entered(
        _ name: String, _ script: String, descriptors count: Int = 4,
        then: (consuming NetHelper.Entered) throws -> Void = { _ in }
    ) throws -> String {
        let folder = "/tmp/aiu-net-\(UInt32.random(in: 0 ... .max))"
        try Files.makeFolder(folder)
        defer {
            // What is left in /tmp after a failed removal harms nothing.
            try? Files.removeTree(folder)
        }
        try Files.replace("\(folder)/proxy", with: Array("#!/bin/sh\n\(script)\n".utf8), mode: 0o755)
        let helper = try NetHelper(program: Self.program, proxy: "\(folder)/proxy", roots: "/etc/hostname")
        // What it has started would end with it.
        defer { withExtendedLifetime(helper) {} }
        let log = try FileDescriptor.open("\(folder)/log", O_RDWR | O_CREAT)
        try then(try helper.enter(name, descriptors: [Int32](repeating: log.raw, count: count)))
        var text = ""
        for _ in 0..<100 where !text.hasSuffix("end\n") {
            usleep(20_000)
            text = String(decoding: try Files.read("\(folder)/log"), as: UTF8.self)
        }
        return text
    }

    @Test("a proxy is started in the namespace, with its arguments, and nowhere else")
    func inside() throws {
        let namespace = try Namespace()
        let text = try entered(
            namespace.name,
            "exec >&2; echo $*; stat -Lc %i /proc/self/ns/net; ls /sys/class/net; cat /proc/net/dev; echo end"
        ) { entered in
            #expect(entered.identity == namespace.identity)
            #expect(entered.child.pid > 1)
        }
        #expect(text.hasPrefix("serve --namespace \(namespace.name) --roots /etc/hostname\n"), "\(text)")
        let inode = try #require(namespace.identity?.split(separator: ":").last)
        #expect(text.contains("\n\(inode)\n"), "\(text)")
        #expect(!text.contains("eth0:"), "\(text)")
    }

    @Test("what it starts can neither mount, nor get back what was given up")
    func confined() throws {
        let namespace = try Namespace()
        let text = try entered(
            namespace.name,
            """
            exec >&2
            mount -t tmpfs none /mnt && echo mounted
            unshare -m true && echo unshared
            echo x > /tmp/aiu-net-written && echo written
            grep -E 'Cap(Eff|Bnd)|NoNewPrivs' /proc/self/status
            echo end
            """)
        for word in ["mounted", "unshared", "written"] { #expect(!text.contains("\n\(word)\n"), "\(text)") }
        // CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_NET_ADMIN, CAP_SYS_ADMIN, and nothing else.
        #expect(text.contains("CapEff:\t00000000002011c0"), "\(text)")
        #expect(text.contains("CapBnd:\t00000000002011c0"), "\(text)")
        #expect(text.contains("NoNewPrivs:\t1"), "\(text)")
    }

    @Test(
        "names that are none, other files, and the wrong number of descriptors are refused, and the next question is answered"
    )
    func refused() throws {
        let namespace = try Namespace()
        func problem(_ name: String, descriptors: Int = 4) -> String {
            do {
                return "done: \(try entered(name, "exec >&2; echo end", descriptors: descriptors))"
            } catch {
                return "\(error)"
            }
        }
        for name in ["", "..", "../etc/hostname", "a/b", "-x", String(repeating: "a", count: 65)] {
            #expect(problem(name).contains("no name of a network namespace"), "\(name)")
        }
        #expect(problem("aiu-none").contains("there is no network namespace 'aiu-none'"))
        #expect(problem(namespace.name, descriptors: 3).contains("4 descriptors, not 3"))
        let file = "\(NetworkNamespace.folder)/aiu-test-file-\(getpid())"
        try Files.replace(file, with: [])
        #expect(problem("aiu-test-file-\(getpid())").contains("is no network namespace"))
        try Files.remove(file)

        let helper = try NetHelper(program: Self.program, proxy: "/bin/true", roots: nil)
        #expect(throws: NetProblem.self) { _ = try helper.enter("aiu-none", descriptors: [0, 0, 0, 0]).take() }
        _ = try helper.enter(namespace.name, descriptors: [0, 0, 0, 0]).take()
        try namespace.remove()
        #expect(throws: NetProblem.self) { _ = try helper.enter(namespace.name, descriptors: [0, 0, 0, 0]).take() }
    }

    @Test("what it has started ends with it, and it ends with the supervisor")
    func endings() throws {
        let namespace = try Namespace()
        var process: Int32 = 0
        _ = try entered(namespace.name, "echo end >&2; exec sleep 60") { process = $0.child.pid }
        var isGone = false
        for _ in 0..<100 where !isGone {
            usleep(20_000)
            // Whoever collects it may be slow.
            let state = String(decoding: (try? Files.read("/proc/\(process)/stat", limit: 4096)) ?? [], as: UTF8.self)
            isGone = state.isEmpty || state.contains(") Z ")
        }
        #expect(isGone)
    }
}
