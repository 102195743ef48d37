"""The door out for pages: what each shows, as frozen plain values in a fixed number of queries."""
