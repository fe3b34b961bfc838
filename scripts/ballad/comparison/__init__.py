"""What moved since an earlier run, and why."""
