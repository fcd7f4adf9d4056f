"""djcheck reads a Django project without running it and tells where the database is asked too often or unsafely."""

__version__ = "0.1.0"
