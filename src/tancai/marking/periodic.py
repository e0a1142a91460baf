"""The worker's part of marking."""
