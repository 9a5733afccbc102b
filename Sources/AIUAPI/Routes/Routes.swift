/// Everything that can be asked for, in the order of the documentation.
enum Routes {
    static let all: [Route] = vms + operations + files + logs + events + system
}
