"""Tancai: from the first look at a carbon profession to a certificate that anyone can check."""

__version__ = "0.1.0"
