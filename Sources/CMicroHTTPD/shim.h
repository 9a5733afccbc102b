#pragma once
#include <microhttpd.h>
#include <string.h>

// libmicrohttpd's variadic calls, which Swift does not import.

struct aiu_mhd_settings {
    int listener;
    unsigned connections;
    unsigned idle_seconds;
    size_t connection_memory;
    // PEM texts; NULL for a Unix socket.
    const char *certificate;
    const char *key;
    const char *client_authorities;
};

typedef void *(*aiu_mhd_begin)(void *context, const char *uri, struct MHD_Connection *connection);

// Paths are decoded strictly by the router; the library's own decoding lets malformed escapes pass.
static inline size_t aiu_mhd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

static inline struct MHD_Daemon *aiu_mhd_start(const struct aiu_mhd_settings *settings, MHD_AccessHandlerCallback handle,
                                               MHD_RequestCompletedCallback completed, aiu_mhd_begin begin,
                                               void *context) {
    // Only over TLS.
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)settings->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)settings->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, 64, NULL},
        {settings->client_authorities ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
         (void *)settings->client_authorities},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    // With epoll, 0.9.75 aborts the process when MHD_quiesce_daemon and its own thread both take the listener out.
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE;
    return MHD_start_daemon(
        flags | (settings->certificate ? MHD_USE_TLS : 0), 0, NULL, NULL, handle, context,
        MHD_OPTION_LISTEN_SOCKET, settings->listener, MHD_OPTION_CONNECTION_LIMIT, settings->connections,
        MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        settings->connection_memory, MHD_OPTION_NOTIFY_COMPLETED, completed, context, MHD_OPTION_URI_LOG_CALLBACK,
        begin, context, MHD_OPTION_UNESCAPE_CALLBACK, aiu_mhd_keep_escapes, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_ARRAY, settings->certificate ? secure : plain,
        MHD_OPTION_END);
}

// The library's closed enumerations and casts do not import under their own names.

static inline enum MHD_Result aiu_mhd_result(int good) { return good ? MHD_YES : MHD_NO; }

static inline const char *aiu_mhd_header(struct MHD_Connection *connection, const char *name) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static inline struct MHD_Response *aiu_mhd_copy_response(const void *body, size_t length) {
    // Copied, so it is only read; the library's signature predates const.
    return MHD_create_response_from_buffer(length, (void *)body, MHD_RESPMEM_MUST_COPY);
}

static inline int aiu_mhd_queue(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response) {
    return MHD_queue_response(connection, status, response) == MHD_YES;
}

static inline int aiu_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

// The connection's GnuTLS session; NULL on a Unix socket.
static inline void *aiu_mhd_tls_session(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info ? info->tls_session : NULL;
}

static inline void aiu_mhd_end_upgrade(struct MHD_UpgradeResponseHandle *handle) {
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}
