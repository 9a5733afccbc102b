#include "COpenSSL.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct aiu_tls_authority {
    EVP_PKEY *key;
    X509 *certificate;
    EVP_PKEY *leaf_key;
};

static const long DAY = 24 * 3600;

static int add_extension(X509 *certificate, X509 *issuer, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    if (!extension) return 0;
    int added = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return added;
}

// A certificate with a random number, valid from yesterday on: guests' clocks may be late.
static X509 *new_certificate(const char *name, EVP_PKEY *key, long days) {
    X509 *certificate = X509_new();
    uint8_t serial[16];
    BIGNUM *number = NULL;
    X509_NAME *subject = certificate ? X509_get_subject_name(certificate) : NULL;
    // A common name has room for 64 bytes; the name that counts is the alternative one.
    int good = subject && X509_set_version(certificate, X509_VERSION_3) && RAND_bytes(serial, sizeof serial) == 1 &&
        (serial[0] &= 0x7F, number = BN_bin2bn(serial, sizeof serial, NULL)) &&
        BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) &&
        X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY) &&
        X509_gmtime_adj(X509_getm_notAfter(certificate), days * DAY) && X509_set_pubkey(certificate, key) &&
        X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const uint8_t *)"AIU Virtual", -1, -1, 0) &&
        X509_NAME_add_entry_by_txt(
            subject, "CN", MBSTRING_UTF8, (const uint8_t *)name, (int)strnlen(name, 64), -1, 0);
    BN_free(number);
    if (good) return certificate;
    X509_free(certificate);
    return NULL;
}

size_t aiu_tls_make_authority(const char *name, uint8_t *pem, size_t capacity) {
    size_t length = 0;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = key ? new_certificate(name, key, 3650) : NULL;
    BIO *out = BIO_new(BIO_s_secmem());
    if (certificate && out && X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) &&
        add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
        add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
        add_extension(certificate, certificate, NID_subject_key_identifier, "hash") &&
        X509_sign(certificate, key, EVP_sha256()) && PEM_write_bio_X509(out, certificate) &&
        PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL)) {
        char *text;
        long count = BIO_get_mem_data(out, &text);
        if (count > 0 && (size_t)count <= capacity) {
            memcpy(pem, text, (size_t)count);
            length = (size_t)count;
        }
    }
    BIO_free(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return length;
}

aiu_tls_authority *aiu_tls_open_authority(const uint8_t *pem, size_t length) {
    aiu_tls_authority *authority = OPENSSL_zalloc(sizeof *authority);
    BIO *in = BIO_new_mem_buf(pem, (int)length);
    if (authority && in) {
        authority->certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
        authority->key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
        authority->leaf_key = EVP_EC_gen("P-256");
    }
    BIO_free(in);
    if (authority && authority->certificate && authority->key && authority->leaf_key &&
        X509_check_private_key(authority->certificate, authority->key) == 1)
        return authority;
    ERR_clear_error();
    aiu_tls_close_authority(authority);
    return NULL;
}

void aiu_tls_close_authority(aiu_tls_authority *authority) {
    if (!authority) return;
    EVP_PKEY_free(authority->key);
    EVP_PKEY_free(authority->leaf_key);
    X509_free(authority->certificate);
    OPENSSL_free(authority);
}

// Requests are read as HTTP/1.1, so nothing else is spoken.
static int choose_protocol(
    SSL *ssl, const uint8_t **out, uint8_t *out_length, const uint8_t *in, unsigned in_length, void *unused) {
    static const uint8_t known[] = "\x08http/1.1";
    (void)ssl;
    (void)unused;
    return SSL_select_next_proto((uint8_t **)out, out_length, known, sizeof known - 1, in, in_length) ==
            OPENSSL_NPN_NEGOTIATED
        ? SSL_TLSEXT_ERR_OK
        : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *new_context(const SSL_METHOD *method) {
    SSL_CTX *context = SSL_CTX_new(method);
    if (!context) return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(
        context,
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

aiu_tls_context *aiu_tls_server_context(aiu_tls_authority *authority, const char *host, int is_address) {
    char names[300];
    int count = snprintf(names, sizeof names, "critical,%s:%s", is_address ? "IP" : "DNS", host);
    if (count < 0 || (size_t)count >= sizeof names) return NULL;
    SSL_CTX *context = new_context(TLS_server_method());
    X509 *certificate = new_certificate(host, authority->leaf_key, 30);
    if (context && certificate && X509_set_issuer_name(certificate, X509_get_subject_name(authority->certificate)) &&
        add_extension(certificate, authority->certificate, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(certificate, authority->certificate, NID_key_usage, "critical,digitalSignature") &&
        add_extension(certificate, authority->certificate, NID_ext_key_usage, "serverAuth") &&
        add_extension(certificate, authority->certificate, NID_subject_alt_name, names) &&
        add_extension(certificate, authority->certificate, NID_authority_key_identifier, "keyid") &&
        X509_sign(certificate, authority->key, EVP_sha256()) && SSL_CTX_use_certificate(context, certificate) == 1 &&
        SSL_CTX_use_PrivateKey(context, authority->leaf_key) == 1) {
        SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
        SSL_CTX_set_num_tickets(context, 0);
        X509_free(certificate);
        return (aiu_tls_context *)context;
    }
    ERR_clear_error();
    X509_free(certificate);
    SSL_CTX_free(context);
    return NULL;
}

aiu_tls_context *aiu_tls_client_context(const char *roots, const char *more_roots) {
    SSL_CTX *context = new_context(TLS_client_method());
    if (!context) return NULL;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    static const uint8_t protocols[] = "\x08http/1.1";
    // Files are read now: later there is no way to.
    if ((!roots || SSL_CTX_load_verify_file(context, roots) == 1) &&
        (!more_roots || SSL_CTX_load_verify_file(context, more_roots) == 1) &&
        SSL_CTX_set_alpn_protos(context, protocols, sizeof protocols - 1) == 0)
        return (aiu_tls_context *)context;
    ERR_clear_error();
    SSL_CTX_free(context);
    return NULL;
}

void aiu_tls_free_context(aiu_tls_context *context) { SSL_CTX_free((SSL_CTX *)context); }

// A socket of which some bytes were read before TLS began.
struct begun {
    int socket;
    size_t length, taken;
    uint8_t said[];
};

static int begun_read(BIO *bio, char *buffer, int capacity) {
    struct begun *begun = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!begun || capacity <= 0) return -1;
    size_t left = begun->length - begun->taken;
    if (left > 0) {
        size_t count = left < (size_t)capacity ? left : (size_t)capacity;
        memcpy(buffer, begun->said + begun->taken, count);
        begun->taken += count;
        return (int)count;
    }
    ssize_t count = recv(begun->socket, buffer, (size_t)capacity, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    return (int)count;
}

static int begun_write(BIO *bio, const char *buffer, int length) {
    struct begun *begun = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!begun || length <= 0) return -1;
    ssize_t count = send(begun->socket, buffer, (size_t)length, MSG_NOSIGNAL);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return (int)count;
}

static long begun_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int begun_free(BIO *bio) {
    OPENSSL_free(BIO_get_data(bio));
    BIO_set_data(bio, NULL);
    return 1;
}

static BIO *begun_socket(int socket, const uint8_t *said, size_t length) {
    static BIO_METHOD *method;
    if (!method) {
        method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "a socket of which some was read");
        if (!method) return NULL;
        BIO_meth_set_read(method, begun_read);
        BIO_meth_set_write(method, begun_write);
        BIO_meth_set_ctrl(method, begun_control);
        BIO_meth_set_destroy(method, begun_free);
    }
    BIO *bio = BIO_new(method);
    struct begun *begun = OPENSSL_zalloc(sizeof *begun + length);
    if (!bio || !begun) {
        OPENSSL_free(begun);
        BIO_free(bio);
        return NULL;
    }
    begun->socket = socket;
    begun->length = length;
    memcpy(begun->said, said, length);
    BIO_set_data(bio, begun);
    BIO_set_init(bio, 1);
    return bio;
}

aiu_tls *aiu_tls_accept(aiu_tls_context *context, int socket, const uint8_t *said, size_t length) {
    SSL *ssl = SSL_new((SSL_CTX *)context);
    BIO *bio = ssl ? begun_socket(socket, said, length) : NULL;
    if (!bio) {
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_bio(ssl, bio, bio);
    SSL_set_accept_state(ssl);
    return (aiu_tls *)ssl;
}

aiu_tls *aiu_tls_connect(aiu_tls_context *context, int socket, const char *host, int is_address) {
    SSL *ssl = SSL_new((SSL_CTX *)context);
    int good = ssl && SSL_set_fd(ssl, socket) == 1;
    if (good && is_address) {
        good = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
    } else if (good) {
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        good = SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
    }
    if (!good) {
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_connect_state(ssl);
    return (aiu_tls *)ssl;
}

static int outcome(SSL *ssl, int result) {
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ: return AIU_TLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE: return AIU_TLS_WANTS_WRITE;
    default: return AIU_TLS_FAILED;
    }
}

int aiu_tls_handshake(aiu_tls *tls) {
    ERR_clear_error();
    int result = SSL_do_handshake((SSL *)tls);
    return result == 1 ? AIU_TLS_DONE : outcome((SSL *)tls, result);
}

long aiu_tls_read(aiu_tls *tls, void *buffer, size_t length) {
    ERR_clear_error();
    size_t count = 0;
    int result = SSL_read_ex((SSL *)tls, buffer, length, &count);
    if (result == 1) return (long)count;
    return SSL_get_error((SSL *)tls, result) == SSL_ERROR_ZERO_RETURN ? 0 : outcome((SSL *)tls, result);
}

long aiu_tls_write(aiu_tls *tls, const void *buffer, size_t length) {
    ERR_clear_error();
    size_t count = 0;
    int result = SSL_write_ex((SSL *)tls, buffer, length, &count);
    return result == 1 ? (long)count : outcome((SSL *)tls, result);
}

int aiu_tls_has_pending(aiu_tls *tls) { return SSL_has_pending((SSL *)tls); }

void aiu_tls_end(aiu_tls *tls) {
    ERR_clear_error();
    if (SSL_is_init_finished((SSL *)tls)) SSL_shutdown((SSL *)tls);
}

void aiu_tls_free(aiu_tls *tls) { SSL_free((SSL *)tls); }

void aiu_tls_reason(aiu_tls *tls, char *text, size_t capacity) {
    long verified = SSL_get_verify_result((SSL *)tls);
    unsigned long code = ERR_peek_last_error();
    const char *words = verified != X509_V_OK ? X509_verify_cert_error_string(verified)
        : code                                ? ERR_reason_error_string(code)
                                              : "the connection was closed";
    snprintf(text, capacity, "%s", words ? words : "unknown reason");
    ERR_clear_error();
}
