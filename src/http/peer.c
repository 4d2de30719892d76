/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who sits at this machine, who knows the secret.
 */
#include "http/peer.h"

#include <string.h>

#include <arpa/inet.h>

#include "base/str.h"

bool peer_is_loopback(struct in_addr address)
{
    return (ntohl(address.s_addr) >> 24) == 127;
}

bool peer_names_loopback(const char *host)
{
    struct in_addr address;
    struct str name = str_of(host ? host : "");
    size_t colon = str_find(name, STR(":"), 0);
    char text[16] = "";
    if (colon != SIZE_MAX)
        name.n = colon;
    if (name.n >= sizeof text)
        return false;
    memcpy(text, name.p, name.n);
    if (strcasecmp(text, "localhost") == 0)
        return true;
    return inet_pton(AF_INET, text, &address) == 1 && peer_is_loopback(address);
}

bool peer_same_secret(const char *given, size_t n, const char *secret)
{
    unsigned different = strlen(secret) != n;
    for (size_t i = 0; i < n; i++)
        different |= (unsigned)(given[i] ^ secret[different ? 0 : i]);
    return !different;
}
