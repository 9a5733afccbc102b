#pragma once

// What of OpenSSL the egress proxy needs. Its own headers stay out of Swift: half of them are macros.
#include <stddef.h>
#include <stdint.h>

// A certificate authority: its key, its certificate, and the one key of all certificates that it gives.
typedef struct aiu_tls_authority aiu_tls_authority;
// What all connections of a kind share.
typedef struct aiu_tls_context aiu_tls_context;
// One connection over a socket that does not block. It does not own the socket.
typedef struct aiu_tls aiu_tls;

enum { AIU_TLS_DONE = 0, AIU_TLS_WANTS_READ = -1, AIU_TLS_WANTS_WRITE = -2, AIU_TLS_FAILED = -3 };

// Certificate and key of a new authority as PEM; how long they are, or 0.
size_t aiu_tls_make_authority(const char *name, uint8_t *pem, size_t capacity);
aiu_tls_authority *aiu_tls_open_authority(const uint8_t *pem, size_t length);
void aiu_tls_close_authority(aiu_tls_authority *authority);

// For the guest's side: a certificate for one host. An address has its own kind of name.
aiu_tls_context *aiu_tls_server_context(aiu_tls_authority *authority, const char *host, int is_address);
// For the servers' side. Both are files of PEM, and either may be NULL.
aiu_tls_context *aiu_tls_client_context(const char *roots, const char *more_roots);
void aiu_tls_free_context(aiu_tls_context *context);

// `said` is what the guest has sent already: it is copied, and read first.
aiu_tls *aiu_tls_accept(aiu_tls_context *context, int socket, const uint8_t *said, size_t length);
aiu_tls *aiu_tls_connect(aiu_tls_context *context, int socket, const char *host, int is_address);
int aiu_tls_handshake(aiu_tls *tls);
// A count, 0 at the end, or one of the numbers above.
long aiu_tls_read(aiu_tls *tls, void *buffer, size_t length);
long aiu_tls_write(aiu_tls *tls, const void *buffer, size_t length);
// Whether something was read from the socket that nobody has read from here.
int aiu_tls_has_pending(aiu_tls *tls);
// Says goodbye if that can be said at once.
void aiu_tls_end(aiu_tls *tls);
void aiu_tls_free(aiu_tls *tls);
// Why the last call of this connection failed.
void aiu_tls_reason(aiu_tls *tls, char *text, size_t capacity);
