internal import AIUModel

/// What the ledger of tokens tells.
extension Schemas {
    private static let tokens = Schema.count

    static let budgets: [(name: String, schema: Schema)] = [
        (
            "TokenAccount",
            .object([
                always("account", .text(), "The same for all who share it."),
                always("budget", .text()), always("scope", .text(), "Where the policy says it."),
                always("owner", .text()), always("tokens", tokens, "What the policy gives."),
                always("carried", tokens, "Left over from earlier windows."),
                always("granted", tokens, "Given by an administrator for this window."),
                always("used", tokens), always("reserved", tokens, "Of requests that run."), always("left", tokens),
                always("window", .choice(BudgetWindow.self)), maybe("windowEnds", time, "When it starts afresh."),
                always("rollover", .text()), maybe("refill", .text()),
                always("warnAt", .array(of: .number), "Parts of the budget."),
                maybe("warned", .number, "The highest of them that was reached in this window."),
            ])
        ),
        (
            "TokenForecast",
            .object([
                always("account", .reference("TokenAccount")),
                always("days", .integer(0...366), "Over which the rate was taken."), always("tokensPerDay", tokens),
                maybe("runsOut", time, "Absent when it does not run out."), always("sentence", .text()),
            ])
        ),
        (
            "TokenRecord",
            .object([
                always("id", .text()),
                always(
                    "subject",
                    .object([
                        maybe("user", .integer(0...4_294_967_295)), maybe("name", .text()), maybe("project", .text()),
                        maybe("vm", .text()), maybe("vmID", .text()), maybe("session", .text()),
                    ])),
                always("policy", .count, "The version in force."), maybe("tool", .choice(ToolName.self)),
                always("time", time), maybe("ended", time), maybe("end", .choice(TokenEnd.self)),
                always("promptTokens", tokens), always("responseMax", tokens),
                always("reserved", tokens, "Prompt and granted answer."),
                maybe("delivered", tokens, "Prompt and what was let through; absent while it runs."),
                maybe("refunded", tokens), always("accounts", .array(of: .text())),
            ])
        ),
        (
            "GrantTokens",
            .object([
                always("budget", .text(atMost: 400), "Its name, or `SCOPE/NAME` where several scopes have one."),
                always("tokens", .integer(1...Int64(TokenRequest.amounts.upperBound))),
                maybe("user", .text(atMost: 256), "Whose: a name or number; whoever asks when left out."),
                maybe("vm", .text(atMost: 63)), maybe("project", .text(atMost: 64)),
                maybe("note", .text(atMost: 256), "Why, for the audit."),
            ])
        ),
    ]
}
