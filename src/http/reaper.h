/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to http/: who takes too long is cut off, whatever he sends meanwhile.
 * A list of connections, each with the time since which it owes us something:
 * the head of a request, then the rest of it. Any thread may call.
 */
#ifndef TIAN_REAPER_H
#define TIAN_REAPER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct reaped { /* lies in what the caller knows of a connection */
    struct reaped *next, **link;
    int64_t since; /* clock_now() */
    int socket;
    bool busy; /* the head is here, the answer is not */
};

struct reaper {
    pthread_mutex_t mutex;
    struct reaped *first;
};

void reaper_add(struct reaper *, struct reaped *, int socket);
void reaper_remove(struct reaper *, struct reaped *);

/* A head has come (busy), or a request has ended: its time begins anew. */
void reaper_turn(struct reaper *, struct reaped *, bool busy);

/* Shut the sockets of who takes longer than so many nanoseconds; true while any request is under way. */
bool reaper_shut(struct reaper *, int64_t longest);

#endif
