"""Log lines, figures, traces and draining, on small servers of their own and on the real ones."""
