"""The pages, a module for each: which rows a page shows, and what is said of them."""
