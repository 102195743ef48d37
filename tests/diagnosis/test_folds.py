"""The noise of an image pull is folded out of sight, and every line comes back."""

import random

from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis.folds import PULL, Fold, fold, is_pull, unfold

BEFORE = ("+ ./image-fetcher", "", "Fetching the image of the deployment")
AFTER = ("unpacking linux/amd64 sha256:4f1c9e", "done: 15.3s", "", "Booting worker with pid: 31")


def pull(size: int) -> list[str]:
    """A pull as containerd's client draws it: a frame of rows again and again, until all layers are there."""
    rng = random.Random(7)
    layers = [f"{rng.getrandbits(256):064x}" for _ in range(14)]
    sizes = [rng.uniform(2, 90) for _ in layers]
    lines: list[str] = []
    tick, total = 0, 0
    while total < size:
        tick += 1
        frame = [f"acr.example.azurecr.io/azureml/azureml_1f2e:latest: {'resolved':14s} |{'+' * 38}|"]
        for layer, whole in zip(layers, sizes, strict=True):
            done = min(1.0, tick / (whole / 2))
            state, bar = ("done", "+" * 38) if done == 1.0 else ("downloading", f"{'+' * int(38 * done):-<38}")
            told = "" if done == 1.0 else f" {whole * done:.1f} MiB/{whole:.1f} MiB"
            frame.append(f"\x1b[1Alayer-sha256:{layer}: {state:14s} |{bar}|{told}")
        frame += [f"elapsed: {tick / 10:.1f} s                    total:  {tick * 3.4:.1f} Mi (34.1 MiB/s)", ""]
        lines += frame
        total += sum(len(line) + 1 for line in frame)
    return lines


def test_a_pull_of_370_kb_leaves_less_than_5_kb_in_sight_and_no_other_line_is_lost():
    noise = pull(370_000)
    raw = [*BEFORE, *noise, *AFTER]
    folded = fold(raw)
    assert sum(len(line) + 1 for line in raw) > 370_000
    assert sum(len(str(row)) + 1 for row in folded) < 5_000
    assert [row for row in folded if isinstance(row, str) and row] == [line for line in (*BEFORE, *AFTER) if line]
    assert [row.lines for row in folded if isinstance(row, Fold)] == [len(noise) - 1]
    assert str(folded[3]) == f"… {len(noise) - 1:,} lines of {PULL}"
    assert unfold(folded, raw) == raw


LINES = st.one_of(
    st.sampled_from(["elapsed: 1 s", "", "  ", "x", f"layer-sha256:{'ab' * 32}: done |+++|", "x\relapsed: 2 s\r"]),
    st.text(max_size=40),
)


@given(st.lists(LINES, max_size=30))
def test_unfolding_what_was_folded_gives_every_line_back(raw):
    folded = fold(raw)
    assert unfold(folded, raw) == raw
    assert [row for row in folded if isinstance(row, str) and row.strip()] == [
        line for line in raw if line.strip() and not is_pull(line)
    ]
    assert not any(isinstance(row, str) and is_pull(row) for row in folded)


@given(st.lists(LINES, max_size=30))
def test_a_fold_names_the_lines_that_it_stands_for(raw):
    at = 0
    for row in fold(raw):
        if isinstance(row, Fold):
            assert (row.start, row.lines > 0, row.holds) == (at, True, PULL)
            assert is_pull(raw[row.start])
            assert is_pull(raw[row.end - 1])
        at += row.lines if isinstance(row, Fold) else 1
    assert at == len(raw)


def test_a_line_of_escapes_without_end_is_read_at_once():
    assert not is_pull("\x1b[m" * 200_000 + "x")
