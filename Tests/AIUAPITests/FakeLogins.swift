import AIUModel
import Synchronization

/// A directory in memory that can go away.
final class FakeLogins: LoginService {
    struct State {
        var people: [String: (password: String, groups: [String])] = [:]
        var isThere = true
        var asked = 0
    }

    let state: Mutex<State>

    init(_ people: [String: (password: String, groups: [String])]) { state = Mutex(State(people: people)) }

    func login(_ name: String, password: String, from place: String?) async throws(Failure) -> Account {
        try state.withLock { state throws(Failure) in
            state.asked += 1
            guard state.isThere else { throw Failure(.unavailable, "nobody can be asked who you are") }
            guard let person = state.people[name], person.password == password else {
                throw Failure(.unauthenticated, "the name or the password is wrong")
            }
            return Account(name: name, groups: person.groups)
        }
    }

    func account(named name: String) async throws(Failure) -> Account? {
        try state.withLock { state throws(Failure) in
            guard state.isThere else { throw Failure(.unavailable, "nobody can be asked who you are") }
            return state.people[name].map { Account(name: name, groups: $0.groups) }
        }
    }
}
