from .extension import SQLAlchemy

__all__ = ["SQLAlchemy"]

__version__: str
