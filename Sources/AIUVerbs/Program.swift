internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import Glibc

/// The command line program: understands the words, does the verb, tells what went wrong.
package enum Program {
    /// Returns the status to end with.
    package static func run(_ words: [String]) -> Int32 {
        // A reader that goes away is noticed where we write.
        signal(SIGPIPE, SIG_IGN)
        do {
            return try dispatch(words)
        } catch {
            let problem = Problem(error)
            if !problem.message.isEmpty { tell(problem.message) }
            return problem.status
        }
    }

    /// A sentence to the person, with the program's name before it unless it has it already.
    static func tell(_ message: String) {
        let name = message.hasPrefix("aiu") ? "" : "aiu: "
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { SafeText.line(String($0)) }
        Terminal.errors.write(name + lines.joined(separator: "\n") + "\n")
    }

    private static func dispatch(_ words: [String]) throws -> Int32 {
        switch try CommandLineParser(CommandTree.root).parse(words) {
        case .run(let arguments): return try verb(arguments)
        case .help(let chain):
            guard let help = HelpText(chain, width: min(Terminal.output.width ?? 80, 120)) else { return 0 }
            return try print(help.render())
        case .version:
            return try print("aiu \(APIVersion.product)\n")
        case .completionScript(let shell):
            return try print(CompletionScript.text(for: shell, program: "aiu"))
        case .complete(let words):
            let completer = Completer(CommandTree.root) { kind in Session.known(kind, after: words) }
            return try print(completer.lines(for: words).map { $0 + "\n" }.joined())
        }
    }

    private static func print(_ text: String) throws -> Int32 {
        try RawOutput.write(Array(text.utf8))
        return 0
    }

    private static func verb(_ arguments: Arguments) throws -> Int32 {
        let session = try Session(arguments)
        switch arguments.command.joined(separator: " ") {
        case "doctor": return try DoctorVerb(session).run()
        case "launch": return try CreateVerb(session, starts: true).run()
        case "create": return try CreateVerb(session, starts: false).run()
        case "run": return try RunVerb(session).run()
        case "start": return try LifeCycleVerb(session, .start).run()
        case "stop": return try LifeCycleVerb(session, .stop).run()
        case "pause": return try LifeCycleVerb(session, .pause).run()
        case "resume": return try LifeCycleVerb(session, .resume).run()
        case "protect": return try LifeCycleVerb(session, .protect).run()
        case "unprotect": return try LifeCycleVerb(session, .unprotect).run()
        case "recover": return try KeptVerb(session).recover()
        case "purge": return try KeptVerb(session).purge()
        case "prune": return try PruneVerb(session).run()
        case "rename": return try NameVerb(session).rename()
        case "clone": return try NameVerb(session).clone()
        case "label": return try LabelVerb(session).run()
        case "export": return try ArchiveVerb(session).export()
        case "import": return try ArchiveVerb(session).importVM()
        case "wait": return try WaitVerb(session).run()
        case "attach": return try AttachVerb(session).run()
        case "config get": return try ConfigVerb(session).get()
        case "config set": return try ConfigVerb(session).set()
        case "config edit": return try EditVerb(session).config()
        case "config diff": return try ConfigVerb(session).diff()
        case "config apply": return try ConfigVerb(session).apply()
        case "config history": return try ConfigVerb(session).history()
        case "config rollback": return try ConfigVerb(session).rollback()
        case "profile ls": return try ProfileVerb(session).list()
        case "profile show": return try ProfileVerb(session).show()
        case "profile set": return try ProfileVerb(session).set()
        case "profile edit": return try EditVerb(session).profile()
        case "profile rm": return try ProfileVerb(session).remove()
        case "whoami": return try WhoAmIVerb(session).run()
        case "policy show": return try PolicyVerb(session).show()
        case "policy check": return try PolicyVerb(session).check()
        case "policy apply": return try PolicyVerb(session).apply()
        case "policy explain": return try PolicyVerb(session).explain()
        case "policy history": return try PolicyVerb(session).history()
        case "policy rollback": return try PolicyVerb(session).rollback()
        case "net show": return try NetVerb(session).show()
        case "net allow": return try NetVerb(session).change(.allow)
        case "net deny": return try NetVerb(session).change(.deny)
        case "net test": return try NetVerb(session).test()
        case "net log": return try NetVerb(session).log()
        case "net top": return try NetVerb(session).top()
        case "secret set": return try SecretVerb(session).set()
        case "secret ls": return try SecretVerb(session).list()
        case "secret rm": return try SecretVerb(session).remove()
        case "audit tail": return try AuditVerb(session).tail()
        case "audit search": return try AuditVerb(session).search()
        case "audit verify": return try AuditVerb(session).verify()
        case "audit export": return try AuditVerb(session).export()
        case "model add": return try AddModelVerb(session).run()
        case "model pull": return try PullModelVerb(session).run()
        case "model ls": return try ModelVerb(session).list()
        case "model inspect": return try ModelVerb(session).inspect()
        case "model verify": return try ModelVerb(session).verify()
        case "model rm": return try ModelVerb(session).remove()
        case "model tokens": return try ModelTokensVerb(session).run()
        case "model use": return try ModelVerb(session).use()
        case "prompt": return try PromptVerb(session).run()
        case "chat": return try ChatVerb(session).run()
        case "tool ls": return try ToolVerb(session).list()
        case "tool info": return try ToolVerb(session).info()
        case "tool run": return try RunToolVerb(session).run()
        case "tool enable": return try EnableToolVerb(session, enables: true).run()
        case "tool disable": return try EnableToolVerb(session, enables: false).run()
        case "tokens show": return try BudgetVerb(session).show()
        case "tokens set": return try SetBudgetVerb(session).run()
        case "tokens grant": return try BudgetVerb(session).grant()
        case "tokens history": return try BudgetVerb(session).history()
        case "tokens forecast": return try BudgetVerb(session).forecast()
        case "user export": return try UserVerb(session).export()
        case "user erase": return try UserVerb(session).erase()
        case "token create": return try TokenVerb(session).create()
        case "token ls": return try TokenVerb(session).list()
        case "token revoke": return try TokenVerb(session).revoke()
        case "conversations ls": return try ConversationVerb(session).list()
        case "conversations show": return try ConversationVerb(session).show()
        case "conversations search": return try ConversationVerb(session).search()
        case "conversations rename": return try ConversationVerb(session).rename()
        case "conversations export": return try ConversationVerb(session).export()
        case "conversations import": return try ConversationVerb(session).importing()
        case "conversations erase": return try ConversationVerb(session).erase()
        case "memory ls": return try MemoryVerb(session).list()
        case "memory add": return try MemoryVerb(session).add()
        case "memory rm": return try MemoryVerb(session).remove()
        case "memory clear": return try MemoryVerb(session).clear()
        case "restart": return try LifeCycleVerb(session, .restart).run()
        case "delete": return try LifeCycleVerb(session, .delete).run()
        case "ls": return try ListVerb(session, runningOnly: false).run()
        case "ps": return try ListVerb(session, runningOnly: true).run()
        case "inspect": return try InspectVerb(session).run()
        case "exec": return try ExecVerb(session).run()
        case "shell": return try ExecVerb.shell(session).run()
        case "cp": return try CopyVerb(session).run()
        case "ping": return try PingVerb(session).run()
        case "logs": return try LogsVerb(session).run()
        case "events": return try EventsVerb(session).run()
        case "version": return try VersionVerb(session).run()
        case "system start": return try SystemVerb(session).start()
        case "system stop": return try SystemVerb(session).stop()
        case "system status": return try SystemVerb(session).status()
        case "system df": return try SystemVerb(session).usage()
        case let other:
            throw Problem(.internalError, "the command `\(other)` is listed but does nothing")
        }
    }
}
