"""Results in the shapes that other programs expect."""
