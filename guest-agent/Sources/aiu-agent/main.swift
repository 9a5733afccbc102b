import AIUGuest
import CLinux
import Glibc

/// To standard error; when that does not work either, nobody can be told.
func complain(_ sentence: String) {
    let line = Array("aiu-agent: \(sentence)\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
}

guard getpid() == 1 else {
    complain("it runs only as the first process of an AIU VM; on the host, use `aiu`")
    exit(64)
}
complain("the guest cannot go on: \(Agent.run())")
sync()
_ = aiu_end_machine(0)
