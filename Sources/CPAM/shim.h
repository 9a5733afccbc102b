#pragma once
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>

// A conversation has a variable number of messages, and answers that PAM frees: not for Swift.

static inline int aiu_pam_answer(int count, const struct pam_message **messages, struct pam_response **answers,
                                 void *password) {
    if (count < 1 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
    struct pam_response *made = calloc(count, sizeof *made);
    if (!made) return PAM_BUF_ERR;
    for (int i = 0; i < count; i++) {
        // Asked for anything but the one secret that there is, nobody is there to answer.
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF) made[i].resp = strdup(password);
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_ON) {
            free(made);
            return PAM_CONV_ERR;
        }
    }
    *answers = made;
    return PAM_SUCCESS;
}

// PAM_SUCCESS, or what was refused.
static inline int aiu_pam_check(const char *service, const char *folder, const char *user, const char *password) {
    struct pam_conv conversation = {aiu_pam_answer, (void *)password};
    pam_handle_t *handle = NULL;
    int code = folder ? pam_start_confdir(service, user, &conversation, folder, &handle)
                      : pam_start(service, user, &conversation, &handle);
    if (code != PAM_SUCCESS) return code;
    code = pam_authenticate(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    if (code == PAM_SUCCESS) code = pam_acct_mgmt(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    pam_end(handle, code);
    return code;
}
