"""All the stories, in the order in which the seed gives them their wording."""
from workers.emulator.scenarios import (
    artifacts,
    azure_side,
    endpoints,
    healthy,
    image,
    quota,
    recorder,
    script,
    silent,
    start,
)
from workers.emulator.story import Story

STORIES: tuple[Story, ...] = (
    *script.STORIES, *start.STORIES, *image.STORIES, *artifacts.STORIES, *quota.STORIES, *azure_side.STORIES,
    *endpoints.STORIES, *healthy.STORIES,
)
LONG = (*recorder.STORIES, *silent.STORIES)  # cast after all others, so that they move nobody


def story_named(name: str) -> Story | None:
    return next((story for story in (*STORIES, *LONG) if story.name == name), None)
