/// Texts of policies with what is to be said about them.
enum PolicyDocuments {
    static let good = [
        "{}",
        #"{"format": 1}"#,
        #"{"//": "one", "tools": {"//": ["two"], "deny": ["shell"]}, "projects": {"//": 3, "p": {"//": null}}}"#,
        #"{"network": {"mode": "isolated"}, "tokens": {"per_query": 0}, "confirmations": ["shell"]}"#,
        #"{"network": null, "tools": null, "tokens": {"per_query": null}}"#,
        #"{"tools": {"allow": ["*"], "deny": ["shell"]}}"#,
        #"{"tools": {"allow": ["calculator", "csv"]}, "users": {"anna": {"tools": {"allow": ["csv"]}}}}"#,
        #"{"models": {"allow": ["qwen*", "smol-2"], "deny": ["qwen2*"]}}"#,
        #"{"resources": {"vms": 2, "ram": "2GB", "storage": 1024, "cpu_cores": 4}}"#,
        #"{"resources": {"encryption": "required"}, "users": {"1": {"resources": {"vms": 1}}}}"#,
        #"{"resources": {"encryption": "optional"}, "vms": {"box": {"resources": {"encryption": "required"}}}}"#,
        #"{"resources": {"ram": "2GB"}, "vms": {"box": {"resources": {"ram": "2GB"}}}}"#,
        #"{"audit": {"prompts": "digest"}, "vms": {"box": {"audit": {"prompts": "full"}}}}"#,
        #"{"projects": {"lab": {"members": ["anna", "@staff", "1002"], "tokens": {"per_query": 5}}}}"#,
        #"{"network": {"mode": "allowlist", "allow": [{"host": "*.example.org", "ports": [443], "paths": ["/v1/*"]}]}}"#,
        """
        {"tokens": {"per_tool": {"shell": 100}, "budgets": [
          {"name": "day", "tokens": 500, "window": "day", "rollover": {"capped": 100}, "warn_at": [0.8], "each": "user"},
          {"name": "pot", "tokens": 500, "window": "never", "refill": {"tokens": 10, "every": "hour"}}]}}
        """,
    ]

    /// What the schema refuses too.
    static let bad = [
        ("[]", "must be an object"),
        (#"{"format": 2}"#, "newer than this program"),
        (#"{"format": 0}"#, "must be 1"),
        (#"{"toolz": {}}"#, "did you mean `tools`?"),
        (#"{"tools": {"denied": []}}"#, "there are allow, deny"),
        (#"{"tools": {"deny": ["shel"]}}"#, "did you mean `shell`?"),
        (#"{"tools": {"deny": ["shell", "shell"]}}"#, "the same as the element at [0]"),
        (#"{"tools": {"allow": ["*", "shell"]}}"#, "there is no tool"),
        (#"{"tools": []}"#, "must be an object"),
        (#"{"confirmations": "shell"}"#, "must be a list"),
        (#"{"network": {"mode": "opne"}}"#, "did you mean `open`?"),
        (#"{"network": {"allow": [{"ports": [443]}]}}"#, "`host` is missing"),
        (#"{"network": {"allow": [{"host": "example.org", "ports": [0]}]}}"#, "network.allow[0].ports[0]"),
        (#"{"tokens": {"per_query": -1}}"#, "from 0 to"),
        (#"{"tokens": {"budgets": [{"name": "day", "tokens": -5, "window": "day"}]}}"#, "from 0 to"),
        (#"{"tokens": {"budgets": [{"name": "day", "tokens": 5, "window": "week"}]}}"#, "hour, day, month, never"),
        (#"{"tokens": {"per_tool": {"shel": 1}}}"#, "did you mean `shell`?"),
        (#"{"resources": {"vms": -1}}"#, "from 0 to"),
        (#"{"resources": {"ram": "much"}}"#, "must be a size"),
        (#"{"resources": {"encryption": true}}"#, "must be one of optional, required"),
        (#"{"models": {"deny": ["Qwen"]}}"#, "must be a model's name"),
        (#"{"audit": {"prompts": "none"}}"#, "digest, full"),
        (#"{"projects": {"lab": {"members": ["a b"]}}}"#, "must be a user's name"),
        (#"{"projects": {"lab": {"member": ["anna"]}}}"#, "did you mean `members`?"),
        (#"{"projects": {"lab": {"projects": {}}}}"#, "there is no such field"),
        (#"{"users": {"@staff": {}}}"#, "a group gets its rules as a project"),
        (#"{"vms": {"Box": {}}}"#, "a VM's name is"),
    ]

    /// What only the reader sees.
    static let beyondSchema = [
        ("{", "expected"),
        (#"{"tools": {}, "tools": {}}"#, "occurs twice"),
        (#"{"network": {"mode": "allowlist", "allow": [{"host": "no domain"}]}}"#, "network.allow[0].host"),
        (#"{"tools": {"allow": ["shell"], "deny": ["shell"]}}"#, "both allowed and denied"),
        (#"{"models": {"allow": ["qwen2"], "deny": ["qwen*"]}}"#, "takes all of that away"),
        (
            #"{"network": {"allow": [{"host": "a.example.org"}], "deny": [{"host": "*.example.org"}]}}"#,
            "can never hold"
        ),
        (#"{"network": {"allow": [{"host": "*.b.org"}, {"host": "a.b.org"}]}}"#, "adds nothing"),
        // A narrower scope that widens.
        (
            "{\"tokens\": {\n \"per_query\": 100},\n\"users\": {\"anna\": {\"tokens\": {\n  \"per_query\": 500}}}}",
            "line 4, column 16: `users.anna.tokens.per_query`: is 500, more than the 100 of an outer scope (host, line 2)"
        ),
        (
            #"{"tools": {"deny": ["shell"]}, "vms": {"box": {"tools": {"allow": ["csv", "shell"]}}}}"#,
            "`vms.box.tools.allow[1]`: allows shell, which an outer scope denies (host, line 1)"
        ),
        (
            #"{"network": {"mode": "local"}, "projects": {"lab": {"network": {"mode": "open"}}}}"#,
            "`projects.lab.network.mode`: is open, which is not within the local"
        ),
        (
            #"{"resources": {"encryption": "required"}, "users": {"1000": {"resources": {"encryption": "optional"}}}}"#,
            "is optional, which an outer scope requires"
        ),
        (
            #"{"resources": {"ram": "2GB"}, "users": {"1000": {"resources": {"ram": "3GB"}}}}"#,
            "is 3GB, more than the 2GB of an outer scope"
        ),
        (
            """
            {"projects": {"lab": {"members": ["anna"], "resources": {"vms": 1}}},
             "users": {"anna": {"resources": {"vms": 2}}}}
            """, "(project lab, line 1)"
        ),
        (
            """
            {"tokens": {"budgets": [{"name": "day", "tokens": 500, "window": "day"}]},
             "users": {"anna": {"tokens": {"budgets": [{"name": "own", "tokens": 600, "window": "day"}]}}}}
            """, "is 600, more than the 500 of the budget `day`"
        ),
        (
            #"{"audit": {"prompts": "full"}, "users": {"anna": {"audit": {"prompts": "digest"}}}}"#,
            "an outer scope keeps them in full"
        ),
        (
            #"{"models": {"allow": ["qwen*"]}, "users": {"anna": {"models": {"allow": ["llama"]}}}}"#,
            "an outer scope allows only qwen*"
        ),
    ]
}
