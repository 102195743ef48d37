"""A file of the model is not complete, or not of the format that it is read as."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="A file of the model cannot be read: it is cut, empty, or of another format",
    kind="Model file",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        # A v is the first letter of a Git LFS pointer.
        console(
            r"(?P<detail>UnpicklingError: (?:invalid load key, '[^v]|pickle data was truncated"
            r"|unpickling stack underflow)[^\n]{0,120})"
        ),
        console(r"(?P<detail>PytorchStreamReader failed (?:reading (?:zip archive|file)|finding)[^\n]{0,160})"),
        console(
            r"(?P<detail>(?:SafetensorError: .{0,40}|Error while deserializing header: )"
            r"(?:HeaderTooLarge|HeaderTooSmall|InvalidHeader\w*|MetadataIncompleteBuffer|incomplete metadata))"
        ),
        console(r"(?P<detail>(?:INVALID_PROTOBUF|Load model from \S+ failed: ?Protobuf parsing failed)[^\n]{0,160})"),
        console(
            r"(?P<detail>Unable to (?:synchronously )?open file \((?:file signature not found|truncated file)"
            r"[^\n]{0,120})"
        ),
        console(r"(?P<detail>EOFError: Ran out of input)", strength=HINT),
        console(r"(?P<detail>zlib\.error: Error -\d [^\n]{0,120}|BadZipFile: [^\n]{0,120})", strength=HINT),
    ),
    words=(("detail", "the file cannot be read"),),
    happened="The file was found and opened, and its content is not what the library reads: {detail}.",
    fine="Quota, the image pull and the imports are in order, and the path of the model is right.",
    steps=(
        Step(
            "Compare size and checksum with the file that training wrote",
            "An upload that was cut, an empty file, or a page of HTML in place of the file shows there.",
            "az ml model download --name {model} --version {model_version} --download-path ./check"
            " -g {group} -w {workspace}",
        ),
        Step("Load it once on your machine before it is registered"),
        Step("Register the whole file as a new version"),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="UnpicklingError: invalid load key",
    source="the words of pickle, PyTorch, safetensors, ONNX Runtime and HDF5",
    next_test="Load the registered file on your machine with the same library: it fails in the same way.",
    rivals=(
        ("init-model-pointer", "the first letter that was read: a v as in a Git LFS pointer, or any other"),
        ("init-pickle-version", "the file can be read but its classes are not there, or it is no such file"),
        ("init-model-path", "whether the file is found"),
    ),
    outranks=("init-exception", "container-crashed"),
)
