"""What `aldis.testing` is made of."""
