from library.schema import PageType

__all__ = ["PageType"]
