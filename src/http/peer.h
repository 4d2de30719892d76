/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to http/: who is asking, as far as that can be told.
 */
#ifndef TIAN_PEER_H
#define TIAN_PEER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

bool peer_is_loopback(struct in_addr);

/* Was this machine asked by its own name (the Host header, NULL: none)? Else a page from elsewhere may have
 * had the reader's browser ask here, by a name of its own that it let point to 127.0.0.1; or a server in
 * front passes on what others ask. */
bool peer_names_loopback(const char *host);

/* Compared to the end whatever differs, so that the time says nothing. */
bool peer_same_secret(const char *given, size_t n, const char *secret);

#endif
