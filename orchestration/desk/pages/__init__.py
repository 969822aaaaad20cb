"""The pages, one module for each step of a file's way; each page is a function of a ``Visit``."""
