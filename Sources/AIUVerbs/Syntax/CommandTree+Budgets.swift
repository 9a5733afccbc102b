internal import AIUCommandLine
internal import AIUModel

extension CommandTree {
    private static let whose = [
        Option("user", short: "u", value: "USER", "Of this user, by name or number (default: you)"),
        Option("vm", value: "VM", "As if this VM was asked, with the session in it", completion: .names(kind: vmNames)),
        Option("project", value: "PROJECT", "With the budgets of this project"),
    ]

    static let budgets = Command(
        "tokens", summary: "See and set how many tokens may be used",
        discussion: """
            Budgets stand in the policy. The supervisor reserves prompt and answer before anything is generated, lets no \
            token through beyond what it granted, and gives back what was not used. docs/tokens.md tells it all.
            """, group: "Configuration",
        subcommands: [
            Command(
                "show", summary: "Show every budget that a request would be counted in",
                options: formatOptions + whose + [readTimeout], flags: formatFlags,
                examples: [
                    .init("aiu tokens show", "Yours"),
                    .init("aiu tokens show --user anna --vm notes", "What holds for anna in notes"),
                ]),
            Command(
                "set", summary: "Set a limit or a budget in the policy",
                discussion: """
                    WHAT is per_query, per_response, per_session, per_tool.TOOL, or the name of a budget, which is made \
                    when there is none. Without --user, --vm or --project it holds for the whole host. A narrower scope \
                    may only tighten.
                    """,
                arguments: [
                    Argument("what", "A limit, or a budget's name"),
                    Argument("tokens", "How many; left out with --remove", .optional),
                ],
                options: formatOptions + [
                    Option("user", short: "u", value: "USER", "For this user"),
                    Option("vm", value: "VM", "For this VM", completion: .names(kind: vmNames)),
                    Option("project", value: "PROJECT", "For this project"),
                    Option(
                        "window", short: "w", value: "WINDOW", "How long it lasts (default: day)",
                        choices: BudgetWindow.allCases.map(\.rawValue)),
                    Option(
                        "rollover", value: "ROLLOVER",
                        "What becomes of tokens left over: none, carry, or carry up to a number"),
                    Option(
                        "warn-at", value: "PERCENT", "Tell when so much of it is used; may be given again",
                        isRepeatable: true),
                    Option(
                        "each", value: "WHO", "Everybody has one of his own, instead of all sharing it",
                        choices: TokenBudget.Each.allCases.map(\.rawValue)),
                    Option(
                        "refill", value: "TOKENS/TIME", "Give back so many every hour, day or month, such as 50/hour"),
                    Option("note", value: "TEXT", "Why; `aiu policy history` shows it"), readTimeout,
                ],
                flags: formatFlags + [
                    Flag("remove", "Take it out of the policy"),
                    Flag("dry-run", "Only say what would change"),
                ],
                examples: [
                    .init("aiu tokens set day 500 --user anna", "A day of 500 tokens for anna"),
                    .init("aiu tokens set day 20000 --each user --warn-at 80", "For every user, told at 80 %"),
                    .init("aiu tokens set per_response 1024", "No answer is longer"),
                    .init("aiu tokens set day --remove --user anna", "Takes anna's away"),
                ]),
            Command(
                "grant", summary: "Give a budget more tokens once, for its current window",
                arguments: [Argument("budget", "Its name"), Argument("tokens", "How many")],
                options: formatOptions + whose + [Option("note", value: "TEXT", "Why, for the audit"), readTimeout],
                flags: formatFlags,
                examples: [.init("aiu tokens grant day 200 --user anna", "Anna can go on today")]),
            Command(
                "history", summary: "Show requests and what they used",
                options: formatOptions + whose + [
                    Option("since", value: "DURATION", "Not older than this, such as 90m or 24h"),
                    Option("lines", short: "n", value: "COUNT", "At most so many of the newest (default: 20)"),
                    readTimeout,
                ], flags: formatFlags,
                examples: [.init("aiu tokens history --vm notes --since 24h", "What was asked of notes today")]),
            Command(
                "forecast", summary: "Say when budgets run out at the rate of the last days",
                options: formatOptions + whose + [readTimeout], flags: formatFlags,
                examples: [.init("aiu tokens forecast --user anna", "Whether anna's tokens last")]),
        ])
}
