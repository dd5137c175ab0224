"""What can go wrong."""


class BackupFailed(Exception):
    """A backup could not be made or put back; the message says why and what to do."""
