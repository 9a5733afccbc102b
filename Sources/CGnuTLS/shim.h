#pragma once
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// What Swift does not import: casts of integers to pointers, and enumerations used as flags.

static inline int aiu_tls_client(gnutls_session_t *session) { return gnutls_init(session, GNUTLS_CLIENT | GNUTLS_NONBLOCK); }

static inline void aiu_tls_set_descriptor(gnutls_session_t session, int descriptor) {
    gnutls_transport_set_int(session, descriptor);
}

static inline int aiu_tls_set_credentials(gnutls_session_t session, gnutls_certificate_credentials_t credentials) {
    return gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
}

static inline int aiu_tls_set_name(gnutls_session_t session, const char *name, size_t length) {
    return gnutls_server_name_set(session, GNUTLS_NAME_DNS, name, length);
}

// Why a certificate was refused; to be freed.
static inline char *aiu_tls_complaint(gnutls_session_t session) {
    gnutls_datum_t text = {NULL, 0};
    unsigned status = gnutls_session_get_verify_cert_status(session);
    if (!status || gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) < 0) return NULL;
    return (char *)text.data;
}

static inline void aiu_tls_free(void *data) { gnutls_free(data); }

// Whether a certificate and a key, both PEM, belong together: 0, or the error.
static inline int aiu_tls_check_pair(const void *certificate, unsigned certificate_length, const void *key,
                                     unsigned key_length) {
    gnutls_certificate_credentials_t credentials;
    int code = gnutls_certificate_allocate_credentials(&credentials);
    if (code < 0) return code;
    gnutls_datum_t first = {(unsigned char *)certificate, certificate_length}, second = {(unsigned char *)key, key_length};
    code = gnutls_certificate_set_x509_key_mem2(credentials, &first, &second, GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_certificate_free_credentials(credentials);
    return code < 0 ? code : 0;
}

// How many certificates a PEM text holds, or the error.
static inline int aiu_tls_count_authorities(const void *pem, unsigned length) {
    gnutls_certificate_credentials_t credentials;
    int code = gnutls_certificate_allocate_credentials(&credentials);
    if (code < 0) return code;
    gnutls_datum_t data = {(unsigned char *)pem, length};
    code = gnutls_certificate_set_x509_trust_mem(credentials, &data, GNUTLS_X509_FMT_PEM);
    gnutls_certificate_free_credentials(credentials);
    return code;
}

// The subject of a session's client, which showed a certificate that is good now and for clients: its length.
// 0: it showed none. Negative: it is not to be trusted.
static inline int aiu_tls_client_subject(void *opaque, char *buffer, size_t size) {
    gnutls_session_t session = (gnutls_session_t)opaque;
    unsigned count = 0, status = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    if (!chain || !count) return 0;
    gnutls_typed_vdata_st purpose = {GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT, 0};
    if (gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0 || status) return -1;
    gnutls_x509_crt_t certificate;
    if (gnutls_x509_crt_init(&certificate) < 0) return -1;
    gnutls_datum_t name = {NULL, 0};
    int code = gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER);
    // As RFC 4514 has it: the most particular first.
    if (code >= 0) code = gnutls_x509_crt_get_dn3(certificate, &name, 0);
    gnutls_x509_crt_deinit(certificate);
    int length = code < 0 || name.size == 0 || name.size > size ? -1 : (int)name.size;
    if (length > 0) memcpy(buffer, name.data, name.size);
    gnutls_free(name.data);
    return length;
}

// AES-256 in XTS mode, both of whose keys are in 64 bytes; NULL where it cannot be had.
static inline gnutls_cipher_hd_t aiu_xts_open(const void *key) {
    unsigned char zeros[16] = {0};
    gnutls_datum_t both = {(unsigned char *)key, 64}, start = {zeros, sizeof zeros};
    gnutls_cipher_hd_t cipher = NULL;
    return gnutls_cipher_init(&cipher, GNUTLS_CIPHER_AES_256_XTS, &both, &start) < 0 ? NULL : cipher;
}

// Sectors of 512 bytes in place, numbered from `sector` on, little-endian, as dm-crypt's plain64 does; 0, or the error.
static inline int aiu_xts_apply(gnutls_cipher_hd_t cipher, int encrypt, uint64_t sector, void *bytes, size_t length) {
    unsigned char *place = (unsigned char *)bytes;
    for (; length >= 512; length -= 512, place += 512, sector++) {
        unsigned char number[16] = {0};
        for (int index = 0; index < 8; index++) number[index] = (unsigned char)(sector >> 8 * index);
        gnutls_cipher_set_iv(cipher, number, sizeof number);
        int code = encrypt ? gnutls_cipher_encrypt2(cipher, place, 512, place, 512)
                           : gnutls_cipher_decrypt2(cipher, place, 512, place, 512);
        if (code < 0) return code;
    }
    return 0;
}

static inline int aiu_pbkdf2_sha256(const void *secret, size_t secret_length, const void *salt, size_t salt_length,
                                    unsigned rounds, void *output, size_t length) {
    gnutls_datum_t key = {(unsigned char *)secret, (unsigned)secret_length};
    gnutls_datum_t grain = {(unsigned char *)salt, (unsigned)salt_length};
    return gnutls_pbkdf2(GNUTLS_MAC_SHA256, &key, &grain, rounds, output, length);
}
