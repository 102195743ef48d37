"""What Azure itself does: internal errors, cancelled operations, a creation that never ends."""
from workers.emulator.plan import Act, Cast, Expected
from workers.emulator.scenarios import script
from workers.emulator.story import Story, deleted_after, late_success, never_ends, ready_boot, then_recreated


def internal(cast: Cast) -> Act:
    expected = Expected(("internal-error", "internal-error-masked"), ("not known", "likely"),
                        decisive="Internal error.", names=(cast.endpoint, cast.deployment))
    return Act("internal_error", stop="node", outcome="Failed", code="InternalServerError", old="ERR_5000",
               text="Internal error.", expected=expected, mute=True)


def canceled(cast: Cast) -> Act:
    text = "Operation was canceled by another operation that has a higher priority than the current operation."
    expected = Expected(("operation-preempted",), decisive="higher priority", names=(cast.endpoint, cast.deployment))
    return Act("canceled", stop="canceled", outcome="Canceled", code="OperationCanceled", text=text,
               expected=expected, mute=True)


def wedged(cast: Cast) -> Act:
    return Act("wedged", stop="wedged", outcome="Failed", expected=Expected((), ("not known",)), mute=True)


def late(cast: Cast) -> Act:
    expected = Expected(("internal-error",), ("not known", "likely"), decisive="Internal error.",
                        names=(cast.endpoint, cast.deployment))
    return Act("late_success", outcome="Failed", code="InternalServerError", old="ERR_5000", text="Internal error.",
               expected=expected, boot=ready_boot, quiet=120)


STORIES = (
    Story("internal_error", internal),
    Story("canceled", canceled, companion=True, color="green"),
    Story("wedged", wedged, plot=never_ends, past_only=True),
    Story("late_success", late, plot=late_success),
    Story("fails_then_works", script.import_error, plot=then_recreated),
    Story("deleted_after_failure", script.syntax_error, plot=deleted_after),
)
