"""A worker's part that a test can kill: its arguments are `<channel> [<step>]`, and Django is set up before.

Without a step it sends what waits, as a worker does. With one it takes the product's steps singly, says when it has
taken that one, and waits to be killed.
"""
import sys
import time

from troubleshoot import outbox, sealed
from troubleshoot.boards import notice
from workers import notify
from workers.channels import CHANNELS


def stop(step):
    """Say that this step is taken, and wait where it is the one to die after."""
    if sys.argv[2] == step:
        print(step, flush=True)
        time.sleep(60)


def singly(channel):
    stop("started")
    held = outbox.claim(channel)
    stop("claimed")
    to = held.notice.channel
    CHANNELS[to.kind](notice.message(held.notice), sealed.unseal(to.address), sealed.unseal(to.secret))
    stop("sent")
    outbox.sent(held)
    stop("marked")


if len(sys.argv) > 2:
    singly(int(sys.argv[1]))
else:
    while notify.one(int(sys.argv[1])):
        pass
    print("done", flush=True)
