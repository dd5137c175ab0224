"""What people ask and what they get, for those who write the guidance: ``python -m bot insights``."""
