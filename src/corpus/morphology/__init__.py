"""Morphology: forms to lemmas. The only home of pymorphy3."""
