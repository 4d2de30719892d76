/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A doubly linked list under a mutex. Sockets are only shut down, never closed:
 * their owner sees the end of the connection and cleans up as ever.
 */
#include "http/reaper.h"

#include <sys/socket.h>

#include "base/ctx.h"

void reaper_add(struct reaper *r, struct reaped *c, int socket)
{
    c->since = clock_now();
    c->socket = socket;
    pthread_mutex_lock(&r->mutex);
    c->next = r->first;
    c->link = &r->first;
    if (c->next)
        c->next->link = &c->next;
    r->first = c;
    pthread_mutex_unlock(&r->mutex);
}

void reaper_remove(struct reaper *r, struct reaped *c)
{
    pthread_mutex_lock(&r->mutex);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    pthread_mutex_unlock(&r->mutex);
}

void reaper_turn(struct reaper *r, struct reaped *c, bool busy)
{
    pthread_mutex_lock(&r->mutex);
    c->since = clock_now();
    c->busy = busy;
    pthread_mutex_unlock(&r->mutex);
}

bool reaper_shut(struct reaper *r, int64_t longest)
{
    int64_t now = clock_now();
    bool busy = false;
    pthread_mutex_lock(&r->mutex);
    for (struct reaped *c = r->first; c; c = c->next) {
        if (now - c->since > longest)
            shutdown(c->socket, SHUT_RDWR);
        busy = busy || c->busy;
    }
    pthread_mutex_unlock(&r->mutex);
    return busy;
}
