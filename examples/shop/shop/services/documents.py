"""Where the shop's documents lie."""

import os
from pathlib import Path


class NotFoundError(Exception):
    """There is no such document for this customer."""


def invoice_path(root, name):
    """The path of an invoice; raises an exception if it would lie elsewhere."""
    root = Path(root).resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise NotFoundError(name)
    return path


def terms_path(root, language):
    """The terms of business in a language."""
    root = os.path.realpath(root)
    path = os.path.realpath(os.path.join(root, language + ".pdf"))
    if not path.startswith(root):
        raise NotFoundError(language)
    return path


def receipt_path(root, name):
    return os.path.join(root, "receipts", name)
