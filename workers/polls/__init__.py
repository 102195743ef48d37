"""The list of polls, in the order of their weight."""
from workers.polls import activity, artifacts, attempts, computes, endpoints, logs, sizes, usages, workspaces

POLLS = {
    one.poll.name: one.poll
    for one in (workspaces, endpoints, attempts, logs, artifacts, usages, sizes, computes, activity)
}
