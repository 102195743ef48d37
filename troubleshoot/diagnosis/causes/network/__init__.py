"""Networks, firewalls and names."""
