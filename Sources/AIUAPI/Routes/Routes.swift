/// Everything that can be asked for, in the order of the documentation.
enum Routes {
    static let all: [Route] =
        vms + lives + deleted + configurations + archives + models + operations + assist + files + logs + events
        + networks + secrets + audit + budgets + users + tokens + policies + profiles
        + system
}
