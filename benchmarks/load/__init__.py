"""Many people at once on the production profile: how long they wait, what the servers need, and whether that grows."""
