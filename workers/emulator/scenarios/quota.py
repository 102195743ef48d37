"""Quota refused: by the operation, and at submit, where no resource is left behind."""
from workers.emulator.plan import Act, Cast, Expected
from workers.emulator.sizes import cores_held
from workers.emulator.story import Story


def _family_text(cast: Cast, used: int, limit: int) -> str:
    need = cores_held(cast.size, cast.instances)
    return (f"Not enough quota available for {cast.size.name} in SubscriptionId {cast.workspace.subscription}. "
            f"Current usage/limit: {used}/{limit}. Additional needed: {need}")


def _act(story: str, cast: Cast, text: str, causes: tuple[str, ...], sync: bool) -> Act:
    expected = Expected(causes, stage="quota", decisive=text, names=(cast.workspace.location, cast.endpoint))
    return Act(story, stop="quota", outcome="Failed", code="OutOfQuota", old="ERR_1100", text=text,
               expected=expected, mute=True, sync_style=sync)


def total(cast: Cast) -> Act:
    need = cores_held(cast.size, cast.instances)
    text = (f"Not enough subscription CPU quota. The amount of CPU quota requested is {need} "
            "and your maximum amount of quota is [N/A].")
    return _act("quota_total", cast, text, ("quota-subscription-cpu",), sync=False)


def family(cast: Cast) -> Act:
    return _act("quota_family", cast, _family_text(cast, 8, 16), ("quota-vm-family",), sync=True)


def refused_with_row(cast: Cast) -> Act:
    causes = ("quota-upgrade-reserve", "quota-vm-family")
    return _act("refused_with_row", cast, _family_text(cast, 0, 36), causes, sync=True)


def refused_without_row(cast: Cast) -> Act:
    causes = ("quota-zero-for-family", "quota-vm-family")
    return _act("refused_without_row", cast, _family_text(cast, 0, 0), causes, sync=True)


STORIES = (
    Story("quota_total", total, size="Standard_DS5_v2", instances=10, companion=True, color="green"),
    Story("quota_family", family, size="Standard_F8s_v2", instances=2, grants={"standardFSv2Family": 16},
          clusters=(("Standard_F4s_v2", 2),)),
    Story("refused_with_row", refused_with_row, about="refusal", size="Standard_NV36ads_A10_v5", instances=1,
          grants={"standardNVADSA10v5Family": 36}, row=True),
    Story("refused_without_row", refused_without_row, about="refusal", size="Standard_NC24ads_A100_v4", instances=1,
          grants={"standardNCADSA100v4Family": 0}),
)
