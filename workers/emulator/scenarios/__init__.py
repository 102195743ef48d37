"""All the stories, in the order in which the seed gives them their wording."""
from workers.emulator.scenarios import artifacts, azure_side, endpoints, healthy, image, quota, script, start
from workers.emulator.story import Story

STORIES: tuple[Story, ...] = (
    *script.STORIES, *start.STORIES, *image.STORIES, *artifacts.STORIES, *quota.STORIES, *azure_side.STORIES,
    *endpoints.STORIES, *healthy.STORIES,
)


def story_named(name: str) -> Story | None:
    return next((story for story in STORIES if story.name == name), None)
