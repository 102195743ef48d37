"""Online endpoints on an attached Kubernetes cluster."""
