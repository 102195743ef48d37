"""What only the log of an image build says; a container that starts can say the rest in the same words."""

OF_A_BUILD = (
    r"(?m)acb_step|^Step \d+/\d+ : |^#\d+ |returned a non-zero code: |failed to solve"
    r"|^ERROR: process \"|\[internal\] load build definition"
)
