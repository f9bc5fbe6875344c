"""The implementation of `aldis.testing`."""
