"""Goes out to Azure and comes back with facts; no other room imports the Azure SDKs."""
import logging

# What they would log is said once, in the error that the caller gets; their lines name addresses and headers.
for _name in ("azure", "msal", "urllib3"):
    logging.getLogger(_name).setLevel(logging.ERROR)
