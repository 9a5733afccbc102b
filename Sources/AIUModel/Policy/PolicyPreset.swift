/// Policies to begin with; `config/policies` holds the same as files.
package enum PolicyPreset: String, CaseIterable, Sendable {
    /// Nothing leaves a VM.
    case sealed
    /// Papers and packages can be reached, and each user has a day's worth of tokens.
    case research
    /// Projects, quotas, and prompts that are kept.
    case enterprise

    package var text: String {
        switch self {
        case .sealed:
            #"""
            {
              "$schema": "../schemas/policy.schema.json",
              "//": "Nothing leaves a VM, and nothing runs that reaches beyond the assistant's own workspace.",
              "format": 1,
              "network": { "mode": "isolated" },
              "tools": {
                "deny": ["shell", "code_runner", "web_scraper", "api_tester", "update_controller", "process_monitor"]
              },
              "confirmations": ["file_browser", "backup_manager", "version_controller"],
              "tokens": { "per_query": 8192, "per_response": 2048 },
              "audit": { "prompts": "digest" }
            }

            """#
        case .research:
            #"""
            {
              "$schema": "../schemas/policy.schema.json",
              "//": "VMs reach the places where papers and packages are, and nothing else; each user has a day's worth of tokens.",
              "format": 1,
              "network": {
                "mode": "allowlist",
                "allow": [
                  { "host": "arxiv.org", "ports": [443], "methods": ["GET", "HEAD"] },
                  { "host": "*.arxiv.org", "ports": [443], "methods": ["GET", "HEAD"] },
                  { "host": "*.wikipedia.org", "ports": [443], "methods": ["GET", "HEAD"] },
                  { "host": "pypi.org", "ports": [443], "methods": ["GET", "HEAD"] },
                  { "host": "files.pythonhosted.org", "ports": [443], "methods": ["GET", "HEAD"] }
                ],
                "limits": { "requests_per_minute": 120, "bytes_per_day": "2GB", "connections": 32 }
              },
              "tokens": {
                "per_query": 16384,
                "per_response": 4096,
                "budgets": [
                  { "name": "day", "tokens": 500000, "window": "day", "warn_at": [0.8, 0.95], "each": "user" }
                ]
              },
              "confirmations": ["shell", "code_runner"],
              "audit": { "prompts": "digest" }
            }

            """#
        case .enterprise:
            #"""
            {
              "$schema": "../schemas/policy.schema.json",
              "//": "Many people on one host: nothing leaves a VM until a project says so, everything counts, prompts are kept.",
              "format": 1,
              "network": {
                "mode": "allowlist",
                "//": "Empty on purpose: name here what any project may reach, and in each project what it does reach.",
                "allow": [],
                "limits": { "requests_per_minute": 300, "bytes_per_day": "5GB", "connections": 64 }
              },
              "tokens": {
                "per_query": 16384,
                "per_response": 4096,
                "per_session": 200000,
                "budgets": [
                  { "name": "user-day", "tokens": 250000, "window": "day", "warn_at": [0.8], "each": "user" },
                  { "name": "host-month", "tokens": 100000000, "window": "month", "warn_at": [0.5, 0.8, 0.95] }
                ]
              },
              "resources": { "vms": 100, "cpu_cores": 64, "ram": "128GB", "storage": "2TB" },
              "models": { "allow": ["*"] },
              "tools": { "allow": ["*"], "deny": ["shell"] },
              "confirmations": ["code_runner", "version_controller", "update_controller", "api_tester"],
              "audit": { "prompts": "full" },
              "projects": {
                "example": {
                  "//": "Replace by your own; members are users and @groups.",
                  "members": [],
                  "resources": { "vms": 10, "cpu_cores": 16, "ram": "32GB", "storage": "200GB" },
                  "tokens": { "budgets": [{ "name": "project-day", "tokens": 1000000, "window": "day", "warn_at": [0.8] }] }
                }
              }
            }

            """#
        }
    }
}
