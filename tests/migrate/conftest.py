"""What is collected here: the fixtures are programs, some with tests of their own."""

collect_ignore = ["fixtures"]
