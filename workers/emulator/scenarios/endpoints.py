"""Endpoint operations that fail before there is any deployment."""
from workers.emulator.plan import Act, Cast, Expected
from workers.emulator.story import Story


def endpoint_quota(cast: Cast) -> Act:
    text = (f"Endpoint Quota reached for subscription {cast.workspace.subscription}."
            "Current usage/limit: {count}/{count}.")
    expected = Expected(("quota-endpoints",), decisive="Endpoint Quota reached for subscription",
                        names=(cast.workspace.name,), stage=None)
    return Act("endpoint_quota", stop="quota", outcome="Failed", code="OutOfQuota", old="ERR_1103", text=text,
               expected=expected, mute=True)


def endpoint_identity(cast: Cast) -> Act:
    caller = cast.draw.sub("caller").guid()
    text = (f"The client with object id '{caller}' has permission to perform action "
            f"'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/write' on scope '{cast.workspace.id}'; "
            "however, it does not have permission to perform action "
            "'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) "
            f"'{cast.identity_id}' or the linked scope(s) are invalid.")
    expected = Expected(("caller-not-authorized",), decisive="it does not have permission to perform action",
                        names=(f"id-{cast.endpoint}",))
    return Act("endpoint_identity", stop="quota", outcome="Failed", code="LinkedAuthorizationFailed", text=text,
               expected=expected, mute=True)


STORIES = (
    Story("endpoint_quota", endpoint_quota, about="endpoint"),
    Story("endpoint_identity", endpoint_identity, about="endpoint", identity="UserAssigned"),
)
