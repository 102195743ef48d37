"""Triton could not load a model of its repository, and ended or never became ready."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Triton cannot load {model_name}, so it never becomes ready",
    kind="Triton model",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"(?m)^E\d{4} .{0,200}failed to load '(?P<model_name>[^'\n]{1,120})'(?: version \d+)?: "
            r"(?P<detail>[^\n]{1,400})"
        ),
        console(
            r"Poll failed for model directory '(?P<model_name>[^'\n]{1,120})': (?P<detail>[^\n]{1,400})"
        ),
        console(
            r"(?m)^\| (?P<model_name>[\w.-]{1,120}) +\| +[\d-]+ +\| (?:UNAVAILABLE|Not loaded): "
            r"(?P<detail>[^|\n]{1,400})",
        ),
        console(r"error: creating server: Internal - failed to (?:load all models|stat file)"),
        console(r"error: creating server: (?P<detail>[^\n]{1,300})", strength=HINT),
        console(r"(?i)failed to (?:load|open) .{0,80}(?:model repository|config\.pbtxt)", strength=HINT),
    ),
    words=(("model_name", "a model of its repository"), ("detail", "it cannot be loaded")),
    happened="Triton looked through the model repository and said of {model_name}: {detail}. It ends, or stays not "
    "ready, when one of its models does not load.",
    fine="Quota, the image pull and the download of the model are in order.",
    steps=(
        Step(
            "Correct what the line says of the model",
            "Often config.pbtxt does not fit the file of the model, the folder of the version (1/) is missing, or the "
            "file is not named as its backend expects (model.onnx, model.plan, model.pt).",
        ),
        Step(
            "Load the same folder with Triton on your machine",
            "",
            "docker run --rm -v $PWD/models:/models nvcr.io/nvidia/tritonserver:<release>-py3 "
            "tritonserver --model-repository=/models",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`failed to load '<model>'`, or `failed to load all models`",
    source="Triton's own words; exact text from public reports",
    next_test="The table that Triton prints before it ends says of each model READY or why not.",
    rivals=(
        ("gpu-memory-too-small", "what Triton says of the model: memory of the GPU, or its files and settings"),
        ("init-no-gpu", "what Triton says of the model: no GPU, or its files and settings"),
    ),
    outranks=("container-crashed", "init-exception"),
)
