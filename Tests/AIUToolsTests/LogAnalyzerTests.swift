import AIUJSON
import AIUTools
import AIUWire
import Testing

@Suite("log_analyzer")
struct LogAnalyzerTests {
    static let log = """
        2024-05-03 10:00:01,123 INFO server: started on port 8080
        2024-05-03 10:05:00,000 ERROR db: connection to 10.0.0.1:5432 refused
        Traceback (most recent call last):
          File "a.py", line 3, in <module>
        2024-05-03 10:06:00,000 ERROR db: connection to 10.0.0.2:5432 refused
        2024-05-03 12:00:00,000 WARNING disk: 91% used
        2024-05-04 09:00:00,000 CRITICAL db: gone

        """

    private func text(_ arguments: JSON, _ content: String = log) throws -> String {
        try ScratchWorkspace.with { workspace in
            try workspace.file("server.log", content)
            return try WorkspaceCall(workspace: workspace).run(LogAnalyzer(root: workspace.path), arguments).text
        }
    }

    @Test(
        "the answers",
        arguments: [
            (["operation": "count"], "5"), (["operation": "count", "level": "error"], "3"),
            (["operation": "count", "level": "warning"], "1"), (["operation": "count", "text": "REFUSED"], "2"),
            (["operation": "count", "since": "2024-05-04"], "1"), (["operation": "count", "since": "11:00"], "2"),
            (["operation": "count", "since": "yesterday"], "5"), (["operation": "count", "until": "May 3"], "4"),
            (["operation": "count", "since": "2024-05-03 10:05", "until": "2024-05-03 10:06"], "2"),
            (["operation": "count", "since": "21 hours ago"], "2"),
            (["operation": "count", "since": "friday", "until": "yesterday at noon"], "4"),
            (
                ["operation": "frequent", "limit": "1"], "2× db: connection to 10.0.0.1:5432 refused"
            ),
            (["operation": "timeline", "per": "day"], "day,entries\n2024-05-03,4\n2024-05-04,1\n"),
            (["operation": "entries", "level": "warning"], "2024-05-03 12:00:00,000 WARNING disk: 91% used"),
            (["operation": "entries", "level": "error", "limit": "1"], "2024-05-04 09:00:00,000 CRITICAL db: gone"),
            (["operation": "entries", "text": "nothing like it"], ""),
            (
                ["operation": "summary"],
                """
                entries: 5
                errors: 3
                warnings: 1
                from: 2024-05-03 10:00:01
                to: 2024-05-04 09:00:00
                2× db: connection to 10.0.0.1:5432 refused
                1× disk: 91% used
                1× db: gone
                """
            ),
        ] as [([String: String], String)])
    func answers(arguments: [String: String], expected: String) throws {
        let members = arguments.map { name, value -> JSON.Member in
            .init(name, name == "limit" ? .integer(Int64(value) ?? 0) : .string(value))
        }
        let text = try text(.object(members))
        #expect(text == expected)
    }

    /// The log ends on a Saturday, 2024-05-04 at 09:00.
    @Test(
        "times as people say them",
        arguments: [
            ("10:00", "5"), ("8 am", "1"), ("8:30am", "1"), ("yesterday 11:00", "2"), ("11:00 yesterday", "2"),
            ("this morning", "1"), ("last night", "1"), ("last week", "5"), ("friday", "5"), ("last Saturday", "1"),
            ("an hour ago", "1"), ("two days ago", "5"), ("30 minutes ago", "1"), ("today", "1"), ("last month", "5"),
            ("midnight", "1"), ("noon", "2"), ("May 3", "5"), ("May 3 10:06", "3"), ("May 3, 2024", "5"),
            ("3 May 2024", "5"), ("03.05.2024", "5"), ("2024-05-03 2:00 pm", "1"), ("gestern", "5"),
            ("gestern 11:00", "2"),
            ("heute früh", "1"), ("letzter Woche", "5"), ("Freitag", "5"), ("Mitternacht", "1"), ("hier", "5"),
            ("hier soir", "1"), ("ce matin", "1"), ("vendredi", "5"), ("minuit", "1"), ("la semaine dernière", "5"),
            ("ayer", "5"), ("anoche", "1"), ("esta mañana", "1"), ("el viernes", "5"), ("la semana pasada", "5"),
            ("vor 2 Stunden", "1"), ("il y a une heure", "1"), ("hace 2 días", "5"), ("2h", "1"), ("ieri", "5"),
            ("ontem", "5"), ("gisteren", "5"), ("wczoraj", "5"),
        ])
    func times(since: String, expected: String) throws {
        let text = try text(["operation": "count", "since": .string(since)])
        #expect(text == expected)
    }

    @Test(
        "the forms of logs",
        arguments: [
            ("May  3 14:02:09 host sshd[12]: error: no key", "day,entries\nY-05-03,1\n", "1"),
            ("<11>1 2024-05-03T14:02:09.123Z host app - - - broken", "day,entries\n2024-05-03,1\n", "1"),
            ("1.2.3.4 - - [03/May/2024:14:02:09 +0200] \"GET / HTTP/1.1\" 500 12", "day,entries\n2024-05-03,1\n", "1"),
            ("2024/05/03 14:02:09 [error] 12#0: *1 open() failed", "day,entries\n2024-05-03,1\n", "1"),
            (
                "{\"__REALTIME_TIMESTAMP\":\"1714744929000000\",\"PRIORITY\":\"3\",\"MESSAGE\":\"x\"}",
                "day,entries\n2024-05-03,1\n", "1"
            ),
            (
                "{\"time\":\"2024-05-03T14:02:09Z\",\"level\":\"error\",\"msg\":\"x\"}", "day,entries\n2024-05-03,1\n",
                "1"
            ),
            ("ERROR:root:2024 was bad", "", "1"),
            ("[2024-05-03 14:02:09] local.ERROR: x", "day,entries\n2024-05-03,1\n", "1"),
            ("Fri May 03 14:02:09 2024 [ERR] x", "day,entries\n2024-05-03,1\n", "1"),
            ("03.05.2024 14:02:09 ERROR x", "day,entries\n2024-05-03,1\n", "1"),
            ("1714744929.5 ERROR x", "day,entries\n2024-05-03,1\n", "1"), ("an error in a sentence", "", "0"),
            ("2024-05-03T14:02:09Z level=error msg=x", "day,entries\n2024-05-03,1\n", "1"),
        ])
    func forms(line: String, timeline: String, errors: String) throws {
        let made = try text(["operation": "timeline", "per": "day"], line + "\n")
        #expect(timeline.contains("Y") ? made.hasSuffix("-05-03,1\n") : made == timeline)
        let count = try text(["operation": "count", "level": "error"], line + "\n")
        #expect(count == errors)
    }

    @Test("compressed, empty and foreign files")
    func files() throws {
        try ScratchWorkspace.with { workspace in
            let call = WorkspaceCall(workspace: workspace)
            let tool = LogAnalyzer(root: workspace.path)
            try workspace.file("a.log", Self.log)
            _ = try call.run(Shell(root: workspace.path, deadline: .seconds(10)), ["command": "gzip -k a.log"])
            #expect(try call.run(tool, ["operation": "count", "file": "a.log.gz"]).text == "5")
            try workspace.file("b.log.gz", "no gzip")
            #expect(
                failure { _ = try call.run(tool, ["operation": "count", "file": "b.log.gz"]) }
                    == "'b.log.gz' could not be unpacked with gzip.")
            try workspace.file("empty.log", "")
            #expect(try call.run(tool, ["operation": "summary", "file": "empty.log"]).value?["entries"] == 0)
            #expect(
                failure { _ = try call.run(tool, ["operation": "count"]) }?.hasPrefix("Which log is meant?") == true)
            #expect(
                failure { _ = try call.run(tool, ["operation": "count", "file": "a.log", "since": "whenever"]) } != nil)
        }
    }
}
