package import AIULogin
package import AIUModel
internal import CPAM

/// One question to PAM.
package struct PAMCheck {
    private let configuration: PAMConfiguration

    package init(_ configuration: PAMConfiguration) { self.configuration = configuration }

    package func ask(_ name: String, password: String) -> LoginAnswer {
        let code: Int32
        if let folder = configuration.folder {
            code = unsafe aiu_pam_check(configuration.service, folder, name, password)
        } else {
            code = unsafe aiu_pam_check(configuration.service, nil, name, password)
        }
        switch code {
        case PAM_SUCCESS: return LoginAnswer(.good)
        case PAM_AUTH_ERR, PAM_USER_UNKNOWN, PAM_PERM_DENIED, PAM_MAXTRIES, PAM_ACCT_EXPIRED, PAM_CRED_INSUFFICIENT,
            PAM_NEW_AUTHTOK_REQD, PAM_AUTHTOK_EXPIRED, PAM_CRED_EXPIRED:
            return LoginAnswer(.refused)
        case _:
            let why = unsafe pam_strerror(nil, code).map { unsafe String(cString: $0) } ?? "error \(code)"
            return LoginAnswer(.unavailable, reason: "PAM's service '\(configuration.service)': \(why)")
        }
    }
}
