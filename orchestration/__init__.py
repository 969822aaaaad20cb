"""Total Place: one honest count of public money across the bodies of a place."""
