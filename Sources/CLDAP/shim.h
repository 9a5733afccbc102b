#pragma once
#include <ldap.h>
#include <string.h>
#include <sys/time.h>

// What Swift does not import: macros with casts.

struct aiu_ldap_settings {
    const char *authority;
    int milliseconds;
};

static inline int aiu_ldap_open(const char *url, const struct aiu_ldap_settings *settings, LDAP **ldap) {
    int code = ldap_initialize(ldap, url);
    if (code) return code;
    int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
    struct timeval limit = {settings->milliseconds / 1000, settings->milliseconds % 1000 * 1000};
    code = ldap_set_option(*ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    if (!code) code = ldap_set_option(*ldap, LDAP_OPT_NETWORK_TIMEOUT, &limit);
    if (!code) code = ldap_set_option(*ldap, LDAP_OPT_TIMEOUT, &limit);
    // A referral would send the password to whomever the server names.
    if (!code) code = ldap_set_option(*ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    if (!code) code = ldap_set_option(*ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
    if (!code && settings->authority) code = ldap_set_option(*ldap, LDAP_OPT_X_TLS_CACERTFILE, settings->authority);
    if (!code) code = ldap_set_option(*ldap, LDAP_OPT_X_TLS_NEWCTX, &client);
    return code;
}

static inline int aiu_ldap_bind(LDAP *ldap, const char *dn, const char *password, size_t length) {
    struct berval secret = {length, (char *)password};
    return ldap_sasl_bind_s(ldap, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
}

static inline int aiu_ldap_search(LDAP *ldap, const char *base, int whole_tree, const char *filter, const char *attribute,
                                  int milliseconds, int most, LDAPMessage **found) {
    char *attributes[] = {(char *)attribute, NULL};
    struct timeval limit = {milliseconds / 1000, milliseconds % 1000 * 1000};
    return ldap_search_ext_s(ldap, base, whole_tree ? LDAP_SCOPE_SUBTREE : LDAP_SCOPE_BASE, filter, attributes, 0, NULL,
                             NULL, &limit, most, found);
}

static inline void aiu_ldap_close(LDAP *ldap) { ldap_unbind_ext_s(ldap, NULL, NULL); }
